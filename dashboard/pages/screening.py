"""Screening: every characteristic in one list, sorted by what worries one."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import ChartView, ScreeningView, address, changed
from dashboard.components import (
    Content,
    card,
    choice,
    heading,
    notice,
    state_badge,
    table,
)
from dashboard.context import Page, PageContext
from dashboard.figures.wording import number
from dashboard.metric_names import metric_name, short_unit
from dashboard.pages.pager import pager
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.period import period
from dashboard.screening_model import (
    FEW_DAYS,
    TREND_RISK,
    ScreenedRow,
    Screening,
    screening_model,
)

HEADS = {
    "state": "State",
    "parts": "Parts",
    "mean": "Mean",
    "zeros": "Zeros",
    "signals": "Signals per 1,000",
    "outside": "Out of spec",
    "index": "Ppk of that",
    "trend": "Trend a week",
    "autocorrelation": "Autocorrelation",
}


def filters(view: ScreeningView, context: PageContext) -> Content:  # noqa: ARG001
    """Return the choice of period and the search field."""
    return [
        dmc.TextInput(
            id={"type": "filter", "name": "find"},
            label="Name contains",
            value=view.find,
            debounce=500,
            size="xs",
            className="filter",
        ),
        choice("range", "Period", RANGE_CHOICES, view.range),
    ]


def content(view: ScreeningView, context: PageContext) -> list[Content]:
    """Return one page of the list, or why it is empty."""
    shown = period(view.range, context.clock)
    model = screening_model(context.reader.screening(shown.start, shown.end), view)
    below = html.Span(f"{model.total:,} characteristics, {shown.words}", className="dim")
    if not model.rows:
        return [
            heading("Screening", below=below),
            notice(
                "No characteristic of this name" if view.find else "No characteristic yet",
                dcc.Link("Show every characteristic", href=address(changed(view, {"find": ""}))),
            ),
        ]
    return [
        heading("Screening", below=below),
        card(_table(model, view), html.P(_explained(), className="hint")),
        pager(view, model.page, model.pages),
    ]


def _table(model: Screening, view: ScreeningView) -> html.Div:
    heads = ["Characteristic", *(_head(view, order) for order in HEADS), "Last cause"]
    rows = [_cells(row, view) for row in model.rows]
    return table(heads, rows, caption="Characteristics", numeric=tuple(range(2, 10)))


def _head(view: ScreeningView, order: str) -> dcc.Link:
    here = view.order == order
    arrow = (" ↓" if view.down else " ↑") if here else ""
    target = changed(view, {"order": order, "down": not view.down if here else True, "page": 1})
    words = f"Sort by {HEADS[order].lower()}"
    return dcc.Link(HEADS[order] + arrow, href=address(target), className="sort", title=words)


def _cells(row: ScreenedRow, view: ScreeningView) -> list[Content]:
    facts = row.facts
    stream, _, metric = facts.characteristic_id.rpartition(":")
    unit = short_unit(metric)
    chart = ChartView(characteristic=facts.characteristic_id, range=view.range)
    return [
        html.Span(
            [
                dcc.Link(metric_name(metric).label, href=address(chart)),
                html.Br(),
                html.Span(stream, className="dim"),
            ]
        ),
        state_badge(facts.state),
        f"{facts.n:,}",
        "–" if facts.mean is None else f"{number(facts.mean)} {unit}".strip(),
        _percent(facts.zeros),
        number(row.signal_rate),
        _outside(row),
        "–" if row.index is None else ("> " if row.index_at_least else "") + number(row.index),
        "–" if row.weekly is None else f"{row.weekly:+.0%}".replace("-", "\N{MINUS SIGN}"),
        _correlation(facts.autocorrelation),
        facts.cause or "–",
    ]


def _outside(row: ScreenedRow) -> str:
    if row.facts.outside is None:
        return "no limits"
    return f"{row.facts.outside:,}" if row.outside_share is None else _percent(row.outside_share)


def _correlation(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{number(100 * share)} %"


def _explained() -> str:
    return (
        "Ppk of that: the index of a normal characteristic with the same share beyond its limits; "
        "where none was beyond, at least that of three in so many parts. Trend: of the daily means "
        f"over {FEW_DAYS} days or more, shown where a steady process would show one in "
        f"{TREND_RISK:.0%} of the cases or less. Autocorrelation: of each part with the one before."
    )


PAGE = Page("/screening", "Screening", "screening", ScreeningView, filters, content, place="menu")
