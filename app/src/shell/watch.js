// Watches the start of the console and reports what prevents it. Plain, old JavaScript, so that it also runs in browsers that
// cannot run the rest of the console. It relies on nothing in the page, because extensions and proxies change the page.
(function () {
  "use strict";
  var SLOW_AFTER = 5000;
  var script = document.currentScript;
  var state = "starting";
  var isComposing = false;
  var isParsed = false;
  var onceParsed = null;

  function make(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function noteInPage() {
    return document.getElementById("start-note");
  }

  // A cache may hold a damaged copy of the file that could not be loaded, so the file is fetched again first.
  function reload(file) {
    function again() {
      location.reload();
    }
    if (!file || !window.fetch) return again();
    fetch(file, { cache: "reload" }).then(again, again);
    setTimeout(again, 3000);
  }

  function show(title, text, detail, file) {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", function () {
        if (state !== "started") show(title, text, detail, file);
      });
      return;
    }
    var note = noteInPage() || document.createElement("div");
    note.id = "start-note";
    note.className = "start-note is-shown";
    note.setAttribute("role", "alert");
    note.textContent = "";
    var card = note.appendChild(make("div", "start-note-card"));
    card.appendChild(make("p", "start-note-title", title));
    card.appendChild(make("p", "start-note-text", text));
    if (detail) card.appendChild(make("p", "start-note-detail", detail));
    var retry = card.appendChild(make("button", "button", "Reload the page"));
    retry.type = "button";
    retry.addEventListener("click", function () {
      reload(file);
    });
    // Only elements inside an open dialog can be clicked.
    var dialogs = document.querySelectorAll("dialog[open]");
    (dialogs[dialogs.length - 1] || note.parentNode || document.body || document.documentElement).appendChild(note);
  }

  function fail(title, text, detail, file) {
    if (state !== "starting") return;
    state = "failed";
    show(title, text, detail, file);
  }

  function watchForTrap(error) {
    if (state === "stopped" || !window.WebAssembly || !(error instanceof WebAssembly.RuntimeError)) return;
    if (state !== "started") return failed(null, error);
    state = "stopped";
    show(
      "Latchkey\u2019s console has stopped",
      "It ran into an error that it cannot recover from. Copy what you still need from this page, then reload it."
    );
  }

  function failed(file, error) {
    var detail = error ? String(error) : "";
    if (file) {
      fail(
        "Latchkey\u2019s console could not be loaded",
        "The browser could not use " + file + ". A content blocker, a proxy or a lost connection may be in " +
          "the way. Reload the page. If that does not help, try another network or another browser.",
        detail,
        file
      );
    } else {
      fail(
        "Latchkey\u2019s console could not start",
        "Reload the page. If that does not help, open it in another browser, or in a private window without extensions.",
        detail
      );
    }
  }

  function sayRightAddress(origin) {
    var notice = make("div", "wrong-address");
    notice.id = "wrong-address";
    notice.setAttribute("role", "status");
    var text = notice.appendChild(make("p", ""));
    text.appendChild(document.createTextNode("You have opened Latchkey as " + location.origin + ". Open it at "));
    var link = text.appendChild(make("a", "", origin));
    link.href = origin + location.pathname + location.search + location.hash;
    link.rel = "external";
    text.appendChild(document.createTextNode(": you may not be able to sign in here."));
    document.body.insertBefore(notice, document.body.firstChild);
  }

  var publicOrigin = script && script.getAttribute("data-public-origin");
  if (publicOrigin && location.origin !== publicOrigin) sayRightAddress(publicOrigin);

  // Extensions edit the page at this event too: the start comes after all listeners.
  document.addEventListener("DOMContentLoaded", function () {
    setTimeout(function () {
      isParsed = true;
      if (onceParsed) onceParsed();
    });
  });
  document.addEventListener("compositionstart", function () {
    isComposing = true;
  }, true);
  document.addEventListener("compositionend", function () {
    isComposing = false;
  }, true);
  window.addEventListener("error", function (event) {
    watchForTrap(event.error);
  });
  window.addEventListener("unhandledrejection", function (event) {
    watchForTrap(event.reason);
  });

  window.latchkeyStart = {
    // Resolves when the page is parsed, because elements that are added later would not be replaced, and when no input method is
    // composing a word, because replacing the field would interrupt it.
    ready: function () {
      return new Promise(function (resolve) {
        function onceTyped() {
          if (isComposing) document.addEventListener("compositionend", resolve, { capture: true, once: true });
          else resolve();
        }
        if (isParsed) onceTyped();
        else onceParsed = onceTyped;
      });
    },
    started: function () {
      state = "started";
      var note = noteInPage();
      if (note) note.remove();
    },
    failed: failed
  };

  if (!("noModule" in document.createElement("script"))) {
    fail("This browser is too old for Latchkey\u2019s console", "Update it, or open this page in another browser.");
  } else if (typeof WebAssembly !== "object") {
    fail(
      "This browser does not run WebAssembly",
      "Latchkey\u2019s console needs it. A policy, a lockdown mode or an extension may have switched it off: allow it for this " +
        "site, or open this page in another browser."
    );
  } else {
    setTimeout(function () {
      if (state !== "starting") return;
      show(
        "Latchkey\u2019s console has not started yet",
        "It starts by itself when everything has arrived. If it does not, a slow connection, a content blocker or a proxy may " +
          "be in the way. Reload the page, or open it in another browser."
      );
    }, SLOW_AFTER);
  }
})();
