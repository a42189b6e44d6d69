// The page of a part: outlines that answer the pointer, rows tied to them, verdicts, drawn boxes.
(function () {
  "use strict";

  let hovered = null;
  let start = null;
  let judged = null;
  let isReporting = false;
  const forms = new WeakSet();

  function figure() {
    return document.querySelector(".picture[data-width]");
  }

  // The address changes in place: going back leaves the part, not the last setting of its picture.
  function go(href) {
    window.history.replaceState(window.history.state, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function goWith(name, value, usual) {
    const search = new URLSearchParams(window.location.search);
    if (value === usual) {
      search.delete(name);
    } else {
      search.set(name, value);
    }
    go(window.location.pathname + "?" + search.toString());
  }

  function lit(shown) {
    return hovered || shown.getAttribute("data-chosen") || null;
  }

  function light() {
    const shown = figure();
    if (!shown) {
      return;
    }
    const name = lit(shown);
    let words = "";
    for (const node of document.querySelectorAll("[data-defect]")) {
      const isLit = node.getAttribute("data-defect") === name;
      node.classList.toggle("lit", isLit);
      if (isLit && node.hasAttribute("data-words")) {
        words = node.getAttribute("data-words");
      }
    }
    const place = document.getElementById("part-shape-words");
    if (place && place.textContent !== words) {
      place.textContent = words;
    }
  }

  // Each outline gets the number of its defect; a piece too small to be listed keeps none.
  function tie(shown) {
    for (const shape of shown.querySelectorAll(".shape[data-piece]")) {
      const piece = shown.querySelector("#" + CSS.escape(shape.getAttribute("data-piece")));
      if (piece) {
        piece.setAttribute("data-defect", shape.getAttribute("data-defect"));
      }
    }
  }

  async function draw(place, url) {
    place.setAttribute("data-drawn", url);
    try {
      const answer = await fetch(url);
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
      const root = document.importNode(drawing.documentElement, true);
      for (const style of root.querySelectorAll("style")) {
        style.remove();
      }
      if (place.getAttribute("data-drawing") === url) {
        place.replaceChildren(root);
      }
    } catch (error) {
      // The picture itself is still there, and the table beside it.
      place.replaceChildren();
    }
    refresh();
  }

  function refresh() {
    const shown = figure();
    const place = shown && shown.querySelector(".outline");
    if (!place) {
      return;
    }
    const url = place.getAttribute("data-drawing");
    if (place.getAttribute("data-drawn") !== url) {
      draw(place, url);
    }
    tie(shown);
    light();
    restore();
  }

  // A stored verdict builds the page anew: the focus goes back to its row, the open form opens again.
  function restore() {
    const row = judged && document.querySelector('tr[data-defect="' + CSS.escape(judged) + '"]');
    if (row && document.activeElement === document.body) {
      row.querySelector("button").focus();
      judged = null;
    }
    const form = document.querySelector(".missed-details");
    if (form && !forms.has(form)) {
      forms.add(form);
      form.open = isReporting;
    }
  }

  document.addEventListener(
    "toggle",
    function (event) {
      if (event.target.matches(".missed-details")) {
        isReporting = event.target.open;
      }
    },
    true,
  );

  new MutationObserver(function () {
    if (figure()) {
      window.requestAnimationFrame(refresh);
    }
  }).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-drawing", "data-chosen"],
  });

  function hover(name) {
    if (name !== hovered) {
      hovered = name;
      light();
    }
  }

  function nameAt(target) {
    const tied = target.closest ? target.closest("[data-defect]") : null;
    return tied ? tied.getAttribute("data-defect") : null;
  }

  document.addEventListener("pointerover", function (event) {
    if (figure()) {
      hover(nameAt(event.target));
    }
  });
  document.addEventListener("focusin", function (event) {
    if (figure()) {
      hover(nameAt(event.target));
    }
  });

  function choose(name) {
    if (/^\d+$/.test(name)) {
      goWith("defect", figure().getAttribute("data-chosen") === name ? "" : name, "");
    }
  }

  function press(button) {
    const pressed = Object.assign({ at: Date.now() }, button.dataset);
    judged = nameAt(button);
    window.dash_clientside.set_props("part-verdict", { data: pressed });
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-verdict]");
    const link = event.target.closest("[data-go]");
    if (button) {
      press(button);
    } else if (link) {
      go(link.getAttribute("data-go"));
    } else if (figure() && !event.target.closest("a, button, input") && !isDrawing()) {
      const name = nameAt(event.target);
      if (name) {
        choose(name);
      }
    }
  });

  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-opacity]") && figure()) {
      figure().style.setProperty("--outline-opacity", String(event.target.value / 100));
    }
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-opacity]")) {
      goWith("opacity", event.target.value, "100");
    }
  });

  // Keys: a agrees and f calls false in the row that has the focus, { and } go to the nearest signals.
  const KEYS = {
    a: function (row) { verdict(row, 0); },
    f: function (row) { verdict(row, 1); },
    "{": function () { follow("first"); },
    "}": function () { follow("last"); },
  };

  function keysAreOn() {
    try {
      return localStorage.getItem("blemish-keys") !== "off";
    } catch (error) {
      return true;
    }
  }

  function verdict(row, at) {
    const button = row && row.querySelectorAll(".verdicts [data-number]")[at];
    if (button) {
      press(button);
    }
  }

  function follow(which) {
    const link = document.querySelector(".flagged > :" + which + "-child");
    if (link && link.matches("a")) {
      link.click();
    }
  }

  document.addEventListener("keydown", function (event) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    const elsewhere = event.ctrlKey || event.metaKey || event.altKey || typing;
    // The second key of a sequence, such as g a, was taken for that.
    if (!figure() || elsewhere || event.defaultPrevented) {
      return;
    }
    const row = event.target.closest("tr[data-defect]");
    if (event.key === "Enter" && row && row === event.target) {
      choose(row.getAttribute("data-defect"));
    } else if (KEYS[event.key] && keysAreOn()) {
      KEYS[event.key](row);
    }
  });

  // A box around what the model missed, in pixels of the original.
  function isDrawing() {
    const shown = figure();
    return Boolean(shown && shown.closest(".card").querySelector(".missed-details[open]"));
  }

  function pixel(event, shown) {
    const place = shown.getBoundingClientRect();
    const across = ((event.clientX - place.left) / place.width) * shown.dataset.width;
    const down = ((event.clientY - place.top) / place.height) * shown.dataset.height;
    return [
      Math.min(Math.max(across, 0), Number(shown.dataset.width)),
      Math.min(Math.max(down, 0), Number(shown.dataset.height)),
    ];
  }

  function between(from, to) {
    const left = Math.floor(Math.min(from[0], to[0]));
    const top = Math.floor(Math.min(from[1], to[1]));
    const right = Math.ceil(Math.max(from[0], to[0]));
    const bottom = Math.ceil(Math.max(from[1], to[1]));
    return [left, top, right - left, bottom - top];
  }

  function preview(x, y, width, height) {
    const shown = figure();
    const box = shown && shown.querySelector(".draft");
    const all = [x, y, width, height];
    if (box) {
      const complete = all.every(function (one) { return typeof one === "number"; });
      box.classList.toggle("drawn", complete);
      if (complete) {
        box.style.left = (100 * x) / shown.dataset.width + "%";
        box.style.top = (100 * y) / shown.dataset.height + "%";
        box.style.width = (100 * width) / shown.dataset.width + "%";
        box.style.height = (100 * height) / shown.dataset.height + "%";
      }
    }
    return window.dash_clientside.no_update;
  }

  document.addEventListener("pointerdown", function (event) {
    const shown = event.target.closest(".picture[data-width]");
    if (shown && event.button === 0 && isDrawing()) {
      event.preventDefault();
      start = pixel(event, shown);
    }
  });
  document.addEventListener("pointermove", function (event) {
    if (start && figure()) {
      preview(...between(start, pixel(event, figure())));
    }
  });
  document.addEventListener("pointerup", function (event) {
    if (!start || !figure()) {
      start = null;
      return;
    }
    const box = between(start, pixel(event, figure()));
    start = null;
    ["x", "y", "width", "height"].forEach(function (name, at) {
      window.dash_clientside.set_props("part-missed-" + name, { value: box[at] });
    });
  });
  document.addEventListener("pointercancel", function () {
    start = null;
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.part = { preview: preview };
})();
