/* Files dropped on the page, and a bar while they leave. The form works without it. */
(function () {
  "use strict";
  var OVER = "portal-drop--over";

  var setUp = function (zone) {
    var form = zone.querySelector("form");
    var input = form.querySelector("input[type=file]");
    var bar = zone.querySelector("[data-upload-bar]");
    var status = zone.querySelector("[data-upload-status]");
    var drop = zone.querySelector("[data-upload-drop]");

    /* -- Dropping: anywhere on the page, so that nobody misses and leaves it. -------- */
    var hasFiles = function (event) {
      return Array.from(event.dataTransfer.types).includes("Files");
    };
    var over = function (event) {
      if (!hasFiles(event)) return;
      event.preventDefault();
      drop.classList.toggle(OVER, event.type === "dragover");
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", over);
    document.addEventListener("drop", function (event) {
      if (!hasFiles(event)) return;
      over(event);
      var chosen = new DataTransfer();
      var files = Array.from(event.dataTransfer.files);
      (input.multiple ? files : files.slice(0, 1)).forEach(function (file) {
        chosen.items.add(file);
      });
      input.files = chosen.files;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
    input.addEventListener("change", function () {
      status.textContent = Array.from(input.files)
        .map(function (file) { return file.name; }).join(", ");
    });

    /* -- Sending ---------------------------------------------------------------------- */
    var button = form.querySelector("button[type=submit]");
    var fail = function () {
      bar.hidden = true;
      button.disabled = false;
      status.textContent = zone.dataset.uploadFailed;
    };
    /* The same page with what was wrong, as the browser itself would have shown it. */
    var showAnswer = function (html) {
      document.open();
      document.write(html);
      document.close();
    };
    form.addEventListener("submit", function (event) {
      if (!input.files.length) return;
      event.preventDefault();
      var request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.upload.addEventListener("progress", function (sent) {
        if (!sent.lengthComputable) return;
        bar.value = Math.round((sent.loaded * 100) / sent.total);
        bar.textContent = bar.value + " %";
      });
      request.upload.addEventListener("load", function () {
        status.textContent = zone.dataset.uploadSent;
      });
      request.addEventListener("error", fail);
      request.addEventListener("load", function () {
        var type = request.getResponseHeader("Content-Type") || "";
        if (request.status !== 200 || request.responseURL !== form.action.split("#")[0]) {
          fail(); /* a session that ended, a fault: nothing typed is lost */
        } else if (type.startsWith("application/json")) {
          form.dispatchEvent(new CustomEvent("portal:saved", { bubbles: true }));
          window.location.assign(JSON.parse(request.responseText).url);
        } else {
          form.dispatchEvent(new CustomEvent("portal:saved", { bubbles: true }));
          showAnswer(request.responseText);
        }
      });
      bar.hidden = false;
      bar.value = 0;
      button.disabled = true;
      request.send(new FormData(form));
    });
  };
  document.querySelectorAll("[data-upload]").forEach(setUp);
})();
