// What happens in the browser alone: theme, title, copied link. No data is made here.
(function () {
  "use strict";

  const KEY = "blemish-theme";
  const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

  function storedTheme() {
    try {
      return localStorage.getItem(KEY) || "system";
    } catch (error) {
      return "system";
    }
  }

  function storeTheme(name) {
    try {
      localStorage.setItem(KEY, name);
    } catch (error) {
      // A browser without storage forgets the choice at the next visit.
    }
  }

  function theme(light, dark, system, changed, now) {
    const chosen = {
      "theme-light": "light",
      "theme-dark": "dark",
      "theme-system": "system",
    }[window.dash_clientside.callback_context.triggered_id];
    const clicks = { light: light, dark: dark, system: system }[chosen];
    if (clicks) {
      storeTheme(chosen);
    }
    const wanted = storedTheme();
    const isDark = wanted === "dark" || (wanted === "system" && systemIsDark.matches);
    const name = isDark ? "dark" : "light";
    document.documentElement.setAttribute("data-mantine-color-scheme", name);
    if (name === now) {
      return [window.dash_clientside.no_update, window.dash_clientside.no_update];
    }
    return [name, name];
  }

  systemIsDark.addEventListener("change", function () {
    window.dash_clientside.set_props("system-theme", { data: Date.now() });
  });

  function title(words) {
    if (words) {
      document.title = words;
    }
    return window.dash_clientside.no_update;
  }

  function copyByHand(text) {
    // Without https a browser has no clipboard for scripts; a marked text field has one.
    const field = document.createElement("textarea");
    field.value = text;
    field.style.position = "fixed";
    field.style.opacity = "0";
    document.body.appendChild(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }

  async function copyLink(clicks) {
    if (!clicks) {
      return window.dash_clientside.no_update;
    }
    let copied = false;
    try {
      await navigator.clipboard.writeText(window.location.href);
      copied = true;
    } catch (error) {
      copied = copyByHand(window.location.href);
    }
    window.setTimeout(function () {
      window.dash_clientside.set_props("copy-link-words", { children: "Copy link" });
    }, 2000);
    return copied ? "Copied" : "Copy failed";
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.blemish = { theme: theme, title: title, copyLink: copyLink };

  // What only shows comes as one tree of [tag, properties, children]; see dashboard/static_tree.py.
  function element(node, key) {
    if (!Array.isArray(node)) {
      return node;
    }
    const properties = Object.assign({ key: key }, node[1]);
    return window.React.createElement(node[0], properties, ...node[2].map(element));
  }

  function StaticTree(properties) {
    return element(properties.tree, "tree");
  }

  window.blemish_elements = { StaticTree: StaticTree };

  // Links to our own pages change the address without loading the page anew, as dcc.Link does.
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-inside]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere || event.button !== 0) {
      return;
    }
    event.preventDefault();
    const path = window.location.pathname;
    window.history.pushState({}, "", link.getAttribute("href"));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (window.location.pathname !== path) {
      window.scrollTo(0, 0);
    }
  });
})();
