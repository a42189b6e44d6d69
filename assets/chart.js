// The chart page: a picture of the chart with its filters, made in the browser and sent nowhere.
(function () {
  "use strict";

  const LINE = 17;
  const WIDTH = 1280;

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  // Plotly draws no long lines anew: words are broken where the picture ends.
  function broken(text, longest) {
    const lines = [""];
    text.split(" ").forEach(function (word) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length + 1 > longest) {
        lines.push(word);
      } else {
        lines[lines.length - 1] = last ? last + " " + word : word;
      }
    });
    return lines;
  }

  function headed(graph, head, dark) {
    const layout = JSON.parse(JSON.stringify(graph.layout));
    const lines = head.flatMap(function (line, at) {
      const parts = broken(line, 165).map(escaped);
      return at === 0 ? parts.map(function (part) { return "<b>" + part + "</b>"; }) : parts;
    });
    const room = LINE * lines.length + 16;
    const ink = dark ? "#e6eaf0" : "#1f2933";
    layout.paper_bgcolor = layout.plot_bgcolor = dark ? "#1b2027" : "#ffffff";
    layout.width = WIDTH;
    layout.height = (graph.layout.height || graph.clientHeight) + room;
    layout.autosize = false;
    layout.margin = Object.assign({}, layout.margin, { t: (layout.margin.t || 30) + room });
    layout.annotations = (layout.annotations || []).concat([
      {
        text: lines.join("<br>"), xref: "paper", yref: "paper", x: 0, y: 1,
        xanchor: "left", yanchor: "bottom", yshift: 34, align: "left", showarrow: false,
        font: { size: 12, color: ink },
      },
    ]);
    return { data: graph.data, layout: layout, config: { staticPlot: true } };
  }

  function fileName(head) {
    const words = head[0].toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    return words.slice(0, 80) + ".png";
  }

  async function png(clicks, head, theme) {
    const graph = document.querySelector("#chart-graph .js-plotly-plot");
    if (!clicks || !graph || !head) {
      return window.dash_clientside.no_update;
    }
    const figure = headed(graph, head, theme === "dark");
    const size = { format: "png", width: WIDTH, height: figure.layout.height, scale: 2 };
    const link = document.createElement("a");
    link.href = await window.Plotly.toImage(figure, size);
    link.download = fileName(head);
    link.click();
    return "Saved as " + link.download;
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.blemish_chart = { png: png };
})();
