// Every post carries the token of this page. A session that has ended shows the login, and a page of
// another login says so: not a page whose buttons do nothing.
(function () {
  "use strict";
  const fetched = window.fetch;
  const SAFE = /^(GET|HEAD|OPTIONS)$/i;

  function isOurs(resource) {
    const address = resource instanceof Request ? resource.url : String(resource);
    return new URL(address, window.location.href).origin === window.location.origin;
  }

  function token() {
    const found = document.querySelector('meta[name="blemish-page"]');
    return found ? found.content : "";
  }

  function signed(resource, options) {
    const asked = resource instanceof Request ? resource : {};
    const method = (options && options.method) || asked.method || "GET";
    if (SAFE.test(method) || !isOurs(resource)) {
      return options;
    }
    const headers = new Headers((options && options.headers) || asked.headers || {});
    headers.set("X-Blemish-Page", token());
    return Object.assign({}, options, { headers: headers });
  }

  function part(type, properties) {
    return { type: type, namespace: "dash_html_components", props: properties };
  }

  function sayReload() {
    const here = window.location.pathname + window.location.search;
    const words = "It was opened for another login, so nothing is changed from here. ";
    const link = part("A", { href: here, children: "Reload the page" });
    const told = part("Div", {
      children: [
        part("Strong", { children: "This page is out of date" }),
        part("P", { children: [words, link, "."] }),
      ],
    });
    window.dash_clientside.set_props("banner", {
      children: part("Div", { className: "notice notice-bad", role: "alert", children: told }),
    });
  }

  window.fetch = function (resource, options) {
    return fetched.call(window, resource, signed(resource, options)).then(function (answer) {
      if (answer.status === 401 && isOurs(answer.url)) {
        const here = window.location.pathname + window.location.search;
        window.location.assign("/login?next=" + encodeURIComponent(here));
      }
      if (answer.headers.get("X-Blemish-Refused") === "reload" && isOurs(answer.url)) {
        sayReload();
      }
      return answer;
    });
  };
})();
