// The grid: its script is fetched by the first page that shows one (dashboard/grid_script.py).
(function () {
  "use strict";

  let real = null;
  let loading = null;

  function fetched() {
    const script = document.createElement("script");
    script.src = document.getElementById("grid-script").dataset.src;
    loading = new Promise(function (resolve, reject) {
      script.onload = function () {
        real = window.dash_ag_grid;
        // What is on the page stays the component it was.
        window.dash_ag_grid = Object.assign({}, real, { AgGrid: AgGrid });
        resolve();
      };
      script.onerror = function () {
        loading = null;
        reject(new Error("the grid's script did not come"));
      };
    });
    document.head.appendChild(script);
    return loading;
  }

  function AgGrid(properties) {
    const React = window.React;
    const [isReady, setReady] = React.useState(real !== null);
    React.useEffect(function () {
      let isShown = true;
      if (!isReady) {
        (loading || fetched()).then(function () {
          if (isShown) {
            setReady(true);
          }
        });
      }
      return function () {
        isShown = false;
      };
    }, []);
    const waiting = { className: "grid-waiting", style: properties.style, "aria-busy": "true" };
    return isReady
      ? React.createElement(real.AgGrid, properties)
      : React.createElement("div", waiting, "Loading the list …");
  }

  AgGrid.dashRenderType = true;
  window.dash_ag_grid = { AgGrid: AgGrid };

  // Cells of the list of parts; text only, which React escapes.
  const BADGES = { Passed: ["good", "check"], Failed: ["bad", "spec"], "Not judged": ["plain", "few"] };

  function PartLink(properties) {
    if (!properties.data) {
      return "…";
    }
    const link = { href: properties.data.href, "data-inside": "" };
    return window.React.createElement("a", link, properties.value);
  }

  function PartVerdict(properties) {
    const look = BADGES[properties.value];
    if (!look) {
      return null;
    }
    const icon = window.React.createElement("span", {
      className: "icon icon-" + look[1],
      "aria-hidden": "true",
    });
    const badge = { className: "badge badge-" + look[0] };
    return window.React.createElement("span", badge, icon, properties.value);
  }

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    PartLink: PartLink,
    PartVerdict: PartVerdict,
  });
})();
