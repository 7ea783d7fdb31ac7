/* What makes the pages kinder. Everything works without it. */
(function () {
  "use strict";

  /* -- Unsaved text: leaving asks. `data-unguarded` on a form opts out. ---------------- */
  var touched = new Set();
  var isGuarded = function (form) {
    return form && form.method === "post" && !form.hasAttribute("data-unguarded");
  };
  document.addEventListener("input", function (event) {
    if (isGuarded(event.target.form)) touched.add(event.target.form);
  });
  document.addEventListener("portal:saved", function (event) {
    touched.delete(event.target);
  });
  window.addEventListener("beforeunload", function (event) {
    if (touched.size) event.preventDefault();
  });

  /* -- Double click: one submission. The buttons come back if the page stays. ---------- */
  var STAYS_MS = 10000;
  var setBusy = function (form, isBusy) {
    form.querySelectorAll("button[type=submit], input[type=submit]").forEach(
      function (button) { button.disabled = isBusy; }
    );
  };
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    touched.delete(form);
    /* Afterwards, so that the pressed button's own name and value are still sent. */
    setTimeout(setBusy, 0, form, true);
    setTimeout(setBusy, STAYS_MS, form, false);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form").forEach(function (form) {
      setBusy(form, false);
    });
  });

  /* -- Person's menu: Escape and a click elsewhere close it. --------------------------- */
  var openMenus = function () {
    return document.querySelectorAll(".portal-person[open]");
  };
  document.addEventListener("click", function (event) {
    openMenus().forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    openMenus().forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* -- « / » goes to the search field, unless one is writing. -------------------------- */
  document.addEventListener("keydown", function (event) {
    var field = document.querySelector("[data-search-field]");
    var isWriting = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isWriting || !field || !field.offsetParent) return;
    event.preventDefault();
    field.focus();
  });

  /* -- Progress: a fresh copy every two seconds, until one without `data-progress-url`.
     Of an element without an id, the first of the page that is asked. ------------------- */
  var PROGRESS_MS = 2000;
  var refresh = function (element) {
    var url = element.dataset.progressUrl;
    if (!url) return;
    fetch(url, { headers: { "X-Requested-With": "XMLHttpRequest" } })
      .then(function (response) {
        if (!response.ok || response.redirected) throw new Error(response.status);
        return response.text();
      })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html");
        var copy =
          fresh.getElementById(element.id) || fresh.querySelector(".portal-progress");
        if (!copy) return;
        /* The element stays, so that screen readers follow the changes inside it. */
        element.replaceChildren.apply(element, copy.childNodes);
        if (copy.dataset.progressUrl) setTimeout(refresh, PROGRESS_MS, element);
        else element.removeAttribute("data-progress-url");
      })
      .catch(function () { setTimeout(refresh, PROGRESS_MS * 5, element); });
  };
  document.querySelectorAll("[data-progress-url]").forEach(function (element) {
    setTimeout(refresh, PROGRESS_MS, element);
  });

  /* -- Session: two minutes before it ends for want of use, offer to stay. -------------- */
  var WARNING_MS = 120000;
  var warning = document.querySelector("[data-session-warning]");
  if (!warning) return;
  var idleMs = Number(document.body.dataset.sessionIdle) * 1000;
  var tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  var timers = [];
  var show = function (name) {
    warning.hidden = false;
    warning.querySelectorAll("[data-session-text]").forEach(function (text) {
      text.hidden = text.dataset.sessionText !== name;
    });
    warning.querySelector("form").hidden = name === "ended";
  };
  var start = function () {
    warning.hidden = true;
    timers.forEach(clearTimeout);
    timers = [
      setTimeout(show, Math.max(idleMs - WARNING_MS, 0), "idle"),
      setTimeout(show, idleMs, "ended"),
    ];
  };
  var startEverywhere = function () {
    start();
    if (tabs) tabs.postMessage("used");
  };
  if (tabs) tabs.onmessage = start;
  warning.querySelector("form").addEventListener("submit", function (event) {
    event.preventDefault();
    fetch(event.target.action, { method: "POST", body: new FormData(event.target) })
      .then(function (response) {
        if (response.ok && !response.redirected) startEverywhere();
        else show("ended");
      })
      .catch(function () { show("idle"); });
  });
  startEverywhere();
})();
