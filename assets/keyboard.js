// Keys of the pages; which key opens which page stands in the list of keys (dashboard/keyboard.py).
(function () {
  "use strict";

  const KEY = "blemish-keys";
  const ITEMS = "#content .tile-link, #content tbody tr, #content .ag-center-cols-container .ag-row";
  const INSIDE = "a[href], button:not([disabled])";
  let afterG = false;

  function areOn() {
    try {
      return localStorage.getItem(KEY) !== "off";
    } catch (error) {
      return true;
    }
  }

  function isTyping(target) {
    if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)) {
      return true;
    }
    // A switch or one of several choices takes no letters.
    return target.tagName === "INPUT" && !/^(radio|checkbox)$/.test(target.type);
  }

  function list() {
    return document.getElementById("key-list");
  }

  function pages() {
    return JSON.parse(list().dataset.pages);
  }

  function say() {
    const on = areOn();
    list().querySelector('[data-keys="state"]').textContent = on ? "Keys are on." : "Keys are off.";
    list().querySelector('[data-keys="switch"]').textContent = on ? "Turn off" : "Turn on";
  }

  function showList() {
    say();
    list().showModal();
  }

  function click(selector) {
    const link = document.querySelector(selector);
    if (link) {
      link.click();
    }
    return Boolean(link);
  }

  function go(path) {
    if (window.location.pathname + window.location.search !== path) {
      window.history.pushState({}, "", path);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      window.scrollTo(0, 0);
    }
  }

  function height(item) {
    return item.getBoundingClientRect().top;
  }

  function targetOf(item) {
    return item.matches(INSIDE) ? item : item.querySelector(INSIDE);
  }

  function move(step) {
    const seen = Array.from(document.querySelectorAll(ITEMS)).filter(function (item) {
      return item.offsetParent !== null && targetOf(item);
    });
    // A grid keeps its rows in the order it made them.
    const items = seen.some((item) => item.matches(".ag-row"))
      ? seen.sort((one, other) => height(one) - height(other))
      : seen;
    const now = items.findIndex((item) => item.contains(document.activeElement));
    const next = now < 0 ? (step > 0 ? 0 : items.length - 1) : now + step;
    if (items[next]) {
      targetOf(items[next]).focus();
      items[next].scrollIntoView({ block: "nearest" });
    }
  }

  function search() {
    const wanted = ".filters input[type=search], .filters .search input, .filters input, #sql-text";
    const field = Array.from(document.querySelectorAll(wanted)).find(
      (one) => one.offsetParent !== null && isTyping(one),
    );
    if (field) {
      field.focus();
      field.select();
    }
    return Boolean(field);
  }

  function pressed(key) {
    if (afterG && pages()[key]) {
      go(pages()[key]);
    } else if (key === "j" || key === "k") {
      move(key === "j" ? 1 : -1);
    } else if (key === "[") {
      return click(".neighbours a:first-child, .pager a:has(.icon-previous)");
    } else if (key === "]") {
      return click(".neighbours a:last-child, .pager a:has(.icon-next)");
    } else if (key === "/") {
      return search();
    } else if (key === "?") {
      showList();
    } else {
      return false;
    }
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    if (isTyping(event.target)) {
      if (event.key === "Escape") {
        event.target.blur();
      }
      return;
    }
    if (!areOn() || document.querySelector("dialog[open], [role=dialog]:not([hidden])")) {
      return;
    }
    if (pressed(event.key)) {
      event.preventDefault();
    }
    afterG = event.key === "g" || (afterG && event.key === "Shift");
  });

  // Mantine puts the focus of an opened menu on a box that is no item, and so has no place in a menu.
  document.addEventListener("focusin", function (event) {
    if (event.target.matches("[role=menu] > div[data-autofocus]")) {
      event.target.parentElement.querySelector("[role=menuitem]").focus({ preventScroll: true });
      event.target.hidden = true;
    }
  });

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-keys]");
    const what = button ? button.dataset.keys : "";
    if (what === "open") {
      showList();
    } else if (what === "close" || event.target === list()) {
      list().close();
    } else if (what === "switch") {
      try {
        localStorage.setItem(KEY, areOn() ? "off" : "on");
      } catch (error) {
        // A browser without storage keeps its keys.
      }
      say();
    }
  });
})();
