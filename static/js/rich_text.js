/* An editor over each textarea of formatted text. The textarea stays the form's field;
   without this script it is written in by hand. */
const open = async (group) => {
  const field = group.querySelector("textarea");
  const tools = group.querySelector("[data-tools]");
  const kit = await import(group.dataset.richText);
  const id = field.id;
  const place = document.createElement("div");
  place.className = "portal-editor";
  field.before(place);

  const written = () => (editor.isEmpty ? "" : editor.getHTML());
  const editor = new kit.Editor({
    element: place,
    content: field.value,
    injectCSS: false, /* the policy of this site allows no style written by a script */
    extensions: [
      kit.Document, kit.Paragraph, kit.Text, kit.HardBreak, kit.History,
      kit.Heading.configure({ levels: [2, 3] }),
      kit.Bold, kit.Italic, kit.BulletList, kit.OrderedList, kit.ListItem,
      kit.Link.configure({ autolink: false, openOnClick: false }),
      kit.Image,
    ],
    editorProps: {
      attributes: {
        id,
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": `${id}_label`,
        class: "fr-input portal-editor__text portal-rich-text",
        ...Object.fromEntries(
          ["aria-describedby", "aria-invalid"]
            .filter((name) => field.hasAttribute(name))
            .map((name) => [name, field.getAttribute(name)])
        ),
      },
    },
    onUpdate: () => {
      field.value = written();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: () => refresh(),
  });
  /* A draft put back is put in the field (js/drafts.js): the editor takes it over. */
  field.addEventListener("input", () => {
    if (field.value !== written()) editor.commands.setContent(field.value);
  });
  /* The editor takes the name by which the label and the list of errors find it. */
  field.removeAttribute("id");
  field.removeAttribute("required");
  field.hidden = true;
  group.querySelector("[data-without-editor]").hidden = true;
  group.querySelector(`[for="${id}"]`).addEventListener("click", () => editor.commands.focus());

  const attributesOf = (button) =>
    button.dataset.level ? { level: Number(button.dataset.level) } : {};
  const refresh = () => {
    tools.querySelectorAll("[data-tool]").forEach((button) => {
      const isOn = editor.isActive(button.dataset.tool, attributesOf(button));
      button.setAttribute("aria-pressed", String(isOn));
    });
  };
  const chain = () => editor.chain().focus();
  const toggles = {
    heading: (button) => chain().toggleHeading(attributesOf(button)),
    bold: () => chain().toggleBold(),
    italic: () => chain().toggleItalic(),
    bulletList: () => chain().toggleBulletList(),
    orderedList: () => chain().toggleOrderedList(),
  };

  const href = tools.querySelector("[data-panel=link] input");
  const picked = tools.querySelector("[data-panel=image] select");
  const panelOf = (name) => tools.querySelector(`[data-panel=${name}]`);
  const show = (button, isOpen) => {
    panelOf(button.dataset.opens).hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  const close = () => tools.querySelectorAll("[data-opens]").forEach((b) => show(b, false));
  const acts = {
    undo: () => chain().undo().run(),
    redo: () => chain().redo().run(),
    link: () => {
      const address = href.value.trim();
      if (!address) return href.focus();
      close();
      /* Nothing chosen: the address is its own text. */
      if (editor.state.selection.empty && !editor.isActive("link")) {
        const marks = [{ type: "link", attrs: { href: address } }];
        return chain().insertContent({ type: "text", text: address, marks }).run();
      }
      return chain().extendMarkRange("link").setLink({ href: address }).run();
    },
    unlink: () => { close(); chain().extendMarkRange("link").unsetLink().run(); },
    image: () => {
      const option = picked.selectedOptions[0];
      close();
      chain().setImage({ src: option.value, alt: option.textContent }).run();
    },
  };

  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.tool) toggles[button.dataset.tool](button).run();
    if (button.dataset.act) acts[button.dataset.act]();
    if (button.dataset.opens) {
      const isOpening = panelOf(button.dataset.opens).hidden;
      close();
      show(button, isOpening);
      if (!isOpening) return;
      if (button.dataset.opens === "link") href.value = editor.getAttributes("link").href || "";
      panelOf(button.dataset.opens).querySelector("input, select").focus();
    }
  });
  /* Inside the panels, Enter acts and does not send the form; Escape closes. */
  tools.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { close(); editor.commands.focus(); }
    if (event.key === "Enter" && event.target === href) { event.preventDefault(); acts.link(); }
  });
  tools.hidden = false;
  refresh();
};

document.querySelectorAll("[data-rich-text]").forEach(open);
