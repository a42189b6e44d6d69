// Before anything is painted: the theme of the last visit, else the system's. And the script that
// draws charts, where there will be some: Dash would fetch it only after the data.
(function () {
  "use strict";
  var wanted = "system";
  try {
    wanted = localStorage.getItem("blemish-theme") || "system";
  } catch (error) {
    // Without storage the system decides.
  }
  var dark =
    wanted === "dark" ||
    (wanted !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");

  var drawn = ["/chart", "/limits", "/map", "/pareto", "/steps", "/health"];
  if (drawn.indexOf(window.location.pathname) >= 0) {
    // Dash waits for what stands here; the script then puts itself into this place.
    window.Plotly = new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = "/_dash-component-suites/plotly/package_data/plotly.min.js";
      script.async = true;
      script.onload = resolve;
      script.onerror = reject;
      document.head.appendChild(script);
    });
  }
})();
