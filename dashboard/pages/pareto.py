"""Pareto: what counts most, by class, criterion, cause, station, tool or lot."""

from typing import cast

from dash import dcc, html

from dashboard.address import ParetoView, address, changed
from dashboard.components import Content, card, choice, graph, heading, notice, select, table
from dashboard.context import Page, PageContext
from dashboard.figures.pareto_chart import pareto_chart
from dashboard.figures.wording import number
from dashboard.metric_names import NAMES, metric_name
from dashboard.pages.defect_map import read_stream, stream_words
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.period import period
from warehouse.pareto import Counted, Grouping, ParetoCount

SHOWN = 20
"""Bars of a chart; what comes after them is one bar more."""

GROUPS = {
    "class": "Defect class",
    "criterion": "Failed criterion",
    "cause": "Cause of alarms",
    "station": "Station",
    "tool": "Tool",
    "lot": "Lot",
}


def filters(view: ParetoView, context: PageContext) -> Content:
    """Return the choice of grouping, count, stream and period."""
    streams = [
        {"value": summary.stream.key, "label": stream_words(summary.stream)}
        for summary in context.reader.streams()
    ]
    return [
        select(
            "by", "By", [{"value": key, "label": name} for key, name in GROUPS.items()], view.by
        ),
        choice(
            "measure",
            "Count",
            [
                {"value": "defects", "label": "Defects"},
                {"value": "failed", "label": "Failed parts"},
            ],
            view.measure,
        ),
        select(
            "stream",
            "Stream",
            [{"value": "", "label": "All streams"}, *streams],
            view.stream,
            wide=True,
        ),
        choice("range", "Period", RANGE_CHOICES, view.range),
    ]


def content(view: ParetoView, context: PageContext) -> list[Content]:
    """Return chart and table, or why there is nothing to count."""
    stream = read_stream(view.stream)
    if view.stream and stream is None:
        return [heading("Pareto"), notice("No such stream", view.stream, tone="warn")]
    shown = period(view.range, context.clock)
    found = context.reader.pareto(
        # The choices of the view are those of the warehouse.
        cast(Grouping, view.by),
        cast(Counted, view.measure),
        stream,
        shown.start,
        shown.end,
    )
    what = counted_words(view)
    below = html.Span(f"{what} by {GROUPS[view.by].lower()}, {shown.words}", className="dim")
    if not found:
        return [
            heading("Pareto", below=below),
            notice(
                f"No {what.lower()} in {shown.words}",
                _why_none(view),
                dcc.Link("Show all time", href=address(changed(view, {"range": "all"}))),
            ),
        ]
    named = [ParetoCount(_label(view, one), one.count, one.of) for one in found]
    return [
        heading("Pareto", below=below),
        _figure_card(named, view, context),
        _table_card(named, view),
    ]


def counted_words(view: ParetoView) -> str:
    """Say what the bars count; causes count alarms and criteria failures, whatever was chosen."""
    if view.by == "cause":
        return "Alarms"
    if view.by == "criterion" or view.measure == "failed":
        return "Failed inspections"
    return "Defects"


def _why_none(view: ParetoView) -> str:
    if view.by == "cause":
        return (
            "Alarms come from limits that somebody put in force; a cause is recorded on the chart."
        )
    if counted_words(view) == "Failed inspections":
        return "Inspections fail where a specification is set: see [specification] in the settings."
    return "Nothing was found on any part."


def _label(view: ParetoView, one: ParetoCount) -> str:
    return (
        metric_name(one.label).label if view.by == "criterion" and one.label in NAMES else one.label
    )


def _figure_card(found: list[ParetoCount], view: ParetoView, context: PageContext) -> html.Section:
    bars = found[:SHOWN]
    labels, counts = [one.label for one in bars], [one.count for one in bars]
    if rest := found[SHOWN:]:
        labels.append(f"{len(rest):,} others")
        counts.append(sum(one.count for one in rest))
    what = counted_words(view)
    words = (
        f"{what} by {GROUPS[view.by].lower()}, greatest first: "
        + ", ".join(f"{one.label} {one.count:,}" for one in found[:3])
        + ". The table has them all."
    )
    return card(
        graph(
            pareto_chart(labels, counts, context.theme, axis=what), name="pareto-graph", words=words
        )
    )


def _table_card(found: list[ParetoCount], view: ParetoView) -> html.Section:
    total = sum(one.count for one in found)
    heads = [GROUPS[view.by], counted_words(view), "Share", "Together", "Per 100 inspections"]
    rows: list[list[Content]] = []
    together = 0
    for one in found:
        together += one.count
        rows.append(
            [
                one.label,
                f"{one.count:,}",
                f"{number(100 * one.count / total)} %",
                f"{number(100 * together / total)} %",
                "–" if not one.of else number(100 * one.count / one.of),
            ]
        )
    hint = "An inspection that broke two limits counts in both." if view.by == "criterion" else None
    return card(
        table(heads, rows, caption="Counts, greatest first", numeric=(1, 2, 3, 4)),
        html.P(hint, className="hint") if hint else None,
        title="In numbers",
    )


PAGE = Page("/pareto", "Pareto", "pareto", ParetoView, filters, content, place="menu")
