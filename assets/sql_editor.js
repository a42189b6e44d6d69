// The editor of the SQL page: colours behind a plain text field, Ctrl-Enter, names put in by a click,
// and the address that brings the query back.
(function () {
  "use strict";

  const LONGEST_ADDRESS = 2400;
  const WORDS = new Set(
    ("all and any as asc anti between by case cast cross desc describe distinct else end except " +
      "exists explain analyze false filter from full group having ilike in inner intersect interval " +
      "is join lateral left like limit natural not null nulls offset on or order outer over " +
      "partition pivot positional qualify recursive right rows sample select semi show summarize " +
      "tables then true union unpivot using values when where window with").split(" ")
  );
  const TOKEN =
    /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$))|("(?:[^"]|"")*(?:"|$))|(\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|([A-Za-z_]\w*)|([\s\S])/gi;
  let painted = null;

  function kind(match) {
    if (match[1]) {
      return "remark";
    }
    if (match[2]) {
      return "literal";
    }
    if (match[4]) {
      return "number";
    }
    return match[5] && WORDS.has(match[5].toLowerCase()) ? "word" : null;
  }

  function paint(field) {
    const under = document.getElementById("sql-paint");
    if (!under || field.value === painted) {
      return;
    }
    painted = field.value;
    const pieces = [];
    for (const match of painted.matchAll(TOKEN)) {
      const name = kind(match);
      const node = name ? document.createElement("span") : document.createTextNode(match[0]);
      if (name) {
        node.className = "sql-" + name;
        node.textContent = match[0];
      }
      pieces.push(node);
    }
    // A last line that is empty has a height as well.
    under.replaceChildren(...pieces, document.createTextNode("\n"));
    follow(field);
  }

  function follow(field) {
    const under = document.getElementById("sql-paint");
    if (under) {
      under.style.transform = "translate(" + -field.scrollLeft + "px," + -field.scrollTop + "px)";
    }
  }

  function text() {
    return document.getElementById("sql-text");
  }

  document.addEventListener("input", function (event) {
    if (event.target.id === "sql-text") {
      paint(event.target);
    }
  });

  document.addEventListener(
    "scroll",
    function (event) {
      if (event.target.id === "sql-text") {
        follow(event.target);
      }
    },
    true
  );

  // An example or a saved query changes the field without an event.
  window.setInterval(function () {
    const field = text();
    if (field) {
      paint(field);
    } else {
      painted = null;
    }
  }, 200);

  document.addEventListener("keydown", function (event) {
    if (event.target.id === "sql-text" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("sql-run").click();
    }
  });

  // React keeps the value of a field to itself: only its own setter is noticed.
  function write(field, value) {
    const prototype = window.HTMLTextAreaElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function tell(words) {
    window.dash_clientside.set_props("sql-status", { children: words });
  }

  // A file that cannot be made says why on the page; a plain form would leave the page for that.
  async function download(form, kind) {
    tell("Preparing the file …");
    try {
      const body = new URLSearchParams({ query: text().value, format: kind });
      const response = await fetch(form.action, { method: "POST", body: body });
      if (!response.ok) {
        tell("No file: " + (await response.text()));
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await response.blob());
      link.download = "query." + kind;
      link.click();
      window.setTimeout(function () {
        URL.revokeObjectURL(link.href);
      }, 60000);
      tell("The file holds every row of this query as of now.");
    } catch (error) {
      tell("No file: the server does not answer.");
    }
  }

  document.addEventListener("submit", function (event) {
    if (event.target.id === "sql-download") {
      event.preventDefault();
      download(event.target, event.submitter ? event.submitter.value : "csv");
    }
  });

  document.addEventListener("click", function (event) {
    const field = text();
    const name = event.target.closest("[data-insert]");
    if (field && name) {
      const at = field.selectionStart;
      const inserted = name.getAttribute("data-insert");
      write(field, field.value.slice(0, at) + inserted + field.value.slice(field.selectionEnd));
      field.focus();
      field.setSelectionRange(at + inserted.length, at + inserted.length);
    }
    if (field && event.target.closest("#sql-run")) {
      const search = "?query=" + encodeURIComponent(field.value);
      const fits = search.length < LONGEST_ADDRESS;
      window.history.replaceState(window.history.state, "", fits ? search : "/sql");
    }
  });
})();
