/* What is typed is kept on the server as one types, and found again. Without JavaScript
   forms work all the same, and keep what was typed when they are refused. */
(function () {
  "use strict";
  var EVERY_MS = 10000;
  var SURE_MS = 300000; /* the session lasts as long as that, at the least */
  var SKIPPED = ["hidden", "password", "file", "submit", "button"];
  var address = document.body.dataset.drafts;
  var notices = document.querySelector("[data-draft-notices]");
  if (!address || !notices) return;

  var fieldsOf = function (form) {
    return Array.from(form.elements).filter(function (field) {
      return field.name && !field.disabled && SKIPPED.indexOf(field.type) < 0;
    });
  };
  var isChoice = function (field) {
    return field.type === "checkbox" || field.type === "radio";
  };
  var typedIn = function (form) {
    var typed = {};
    fieldsOf(form).forEach(function (field) {
      typed[field.name] = typed[field.name] || [];
      if (!isChoice(field) || field.checked) typed[field.name].push(field.value);
    });
    return typed;
  };
  var putBack = function (form, typed) {
    fieldsOf(form).forEach(function (field) {
      var values = typed[field.name];
      if (!values) return;
      if (isChoice(field)) field.checked = values.indexOf(field.value) >= 0;
      else if (values.length) field.value = values[0];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  var form = document.querySelector("form[data-draft]");
  if (!form || form.querySelector("input[type=password]")) return;
  var find = function (name) { return notices.querySelector("[data-draft-" + name + "]"); };
  var page = location.pathname + location.search;
  var url = address + "?page=" + encodeURIComponent(page);
  var token = form.querySelector("[name=csrfmiddlewaretoken]");
  var heading = document.querySelector("h1");
  /* Come back to be put right, what is on the page is newer than any draft: it is kept
     in its place. */
  var isBack = form.dataset.draft === "sent" && fieldsOf(form).length > 0;
  var lastKept = isBack ? null : JSON.stringify(typedIn(form));
  var isAway = false;
  var heardAt = Date.now(); /* the server, of a session that is open */

  form.before(notices);

  var ask = function (options) {
    return fetch(url, options).then(function (response) {
      if (!response.ok || response.redirected) throw new Error(response.status);
      heardAt = Date.now();
      return response;
    });
  };
  /* What outlives the page may be no longer than 64 kB: only what must. */
  var send = function (method, body, isLeaving) {
    return ask({
      method: method,
      body: body,
      keepalive: Boolean(isLeaving),
      headers: { "X-CSRFToken": token.value, "Content-Type": "application/json" },
    });
  };
  /* Signed in again in another window, the form needs the new token. */
  var renewToken = function () {
    return ask().then(function (response) { return response.json(); })
      .then(function (answer) {
        document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(
          function (input) { input.value = answer.token; }
        );
        return answer;
      });
  };
  var tell = function (away) {
    isAway = away;
    find("away").hidden = !away;
    if (away) return;
    var now = new Date();
    var time = now.getHours() + "\u00a0h\u00a0" + String(now.getMinutes()).padStart(2, "0");
    find("state").textContent = find("state").dataset.draftKept + " " + time;
  };
  var keep = function (isLeaving) {
    var typed = typedIn(form);
    var now = JSON.stringify(typed);
    if (now === lastKept && !isAway) return;
    var body = JSON.stringify({ label: heading ? heading.textContent.trim() : "", typed: typed });
    send("POST", body, isLeaving)
      .catch(function () {
        return renewToken().then(function () { return send("POST", body, isLeaving); });
      })
      .then(function () { lastKept = now; tell(false); })
      .catch(function () { tell(true); });
  };

  if (!isBack) renewToken().then(function (answer) {
    if (!answer.typed || JSON.stringify(answer.typed) === lastKept) return;
    find("date").textContent = answer.saved;
    find("found").hidden = false;
    find("resume").addEventListener("click", function () {
      putBack(form, answer.typed);
      find("found").hidden = true;
      var first = fieldsOf(form)[0];
      if (first) first.focus();
    });
    find("forget").addEventListener("click", function () {
      send("DELETE").then(function () { find("found").hidden = true; });
    });
  }).catch(function () { /* nothing kept, or away: said when one types */ });

  setInterval(function () { keep(false); }, EVERY_MS);
  window.addEventListener("pagehide", function () {
    if (JSON.stringify(typedIn(form)) !== lastKept && !form.dataset.sent) keep(true);
  });
  /* Before any other handler: sent after the session ended, it would meet the sign-in
     page and be lost. Whether it did is asked once the page is no longer sure. */
  form.addEventListener("submit", function (event) {
    if (!isAway && Date.now() - heardAt < SURE_MS) {
      form.dataset.sent = "1";
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    renewToken()
      .then(function () {
        isAway = false;
        form.requestSubmit(event.submitter);
      })
      .catch(function () {
        tell(true);
        notices.scrollIntoView();
      });
  }, true);
})();
