// A session that has ended shows the login, not a page whose buttons do nothing.
(function () {
  "use strict";
  var fetched = window.fetch;
  window.fetch = function () {
    return fetched.apply(window, arguments).then(function (answer) {
      if (answer.status === 401 && new URL(answer.url).origin === window.location.origin) {
        var here = window.location.pathname + window.location.search;
        window.location.assign("/login?next=" + encodeURIComponent(here));
      }
      return answer;
    });
  };
})();
