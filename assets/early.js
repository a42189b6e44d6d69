// Before anything is painted: the theme of the last visit, else the system's.
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
})();
