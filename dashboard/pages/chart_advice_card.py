"""The advice panel: opened on request, filled by a callback."""

from typing import Any

from dash import Dash, Input, Output, dcc, html

from dashboard.address import ChartView, address, changed
from dashboard.chart_advice import AdviceDesk, ChartAdvice
from dashboard.components import Content, button_link, card, notice, table
from dashboard.context import PageContext
from dashboard.figures.wording import number
from dashboard.reader import ChartData
from dashboard.static_tree import condensed
from dashboard.wiring import MakeContext
from spc.advising.cost_words import in_words
from spc.advising.costs import ChartCost
from spc.errors import SpcError
from warehouse.errors import WarehouseError

IN_USE = {
    "nb": "negative binomial limits, with a running average",
    "c": "Poisson limits, with a running average",
    "two-part": "two-part limits, with a running average",
    "imr": "normal limits, with a running average",
}
HEADS = [
    "Chart", "Kind", "False alarms per 1,000 parts", "Flagged per 1,000 parts",
    "Shift of one sigma found within", "Doubling found within",
]  # fmt: skip


def advice_card(data: ChartData, view: ChartView) -> html.Section:
    """Return the panel: closed with a way to open it, or waiting for the callback to fill it."""
    if not view.advice:
        return card(
            html.P(
                "Which chart suits these parts, what it costs in false alarms and how soon it finds "
                "a shift, beside the limits in use and a textbook chart.",
                className="dim",
            ),
            html.P(
                button_link("Show advice", address(changed(view, {"advice": True}))),
                className="advice-button",
            ),
            title="Advice",
        )
    return card(
        dcc.Store(id="chart-advice-asked", data=data.characteristic.characteristic_id),
        html.Div(
            html.P("The charts are being compared on simulated parts …", className="dim"),
            id="chart-advice",
            role="status",
        ),
        html.P(dcc.Link("Hide advice", href=address(changed(view, {"advice": False})))),
        title="Advice",
    )


def register(app: Dash, make_context: MakeContext) -> None:
    """Wire the panel; the desk lives as long as the app."""
    desk = AdviceDesk()

    @app.callback(Output("chart-advice", "children"), Input("chart-advice-asked", "data"))
    def fill(characteristic: str | None) -> Any:
        return condensed(advice_content(desk, characteristic or "", make_context("light")))


def advice_content(desk: AdviceDesk, characteristic: str, context: PageContext) -> Content:
    """Return the advice on a characteristic, or why there is none."""
    try:
        published = context.reader.footing().published_at
        data = context.reader.chart(characteristic)
        return advice_words(desk.advice(data, str(published)))
    except (SpcError, WarehouseError) as error:
        return notice("No advice", f"{str(error)[:1].upper()}{str(error)[1:]}.")


def advice_words(advice: ChartAdvice) -> list[Content]:
    """Return the comparison as a table, the reasons and where the level stands now."""
    of = "that the limits in force were learnt from" if advice.learnt else "measured so far"
    rows = []
    if advice.in_use is not None:
        kind = IN_USE.get(advice.chart_in_use, advice.chart_in_use)
        rows.append(_row("In use", kind, advice.in_use))
    rows += [
        _row("Advised", in_words(advice.recommended), advice.recommended.cost),
        _row("Textbook", in_words(advice.textbook), advice.textbook.cost),
    ]
    content: list[Content] = [
        table(
            HEADS,
            rows,
            caption="Charts compared on simulated parts like the baseline",
            numeric=(2, 3, 4, 5),
        ),
        html.P(
            f"All on the same simulated parts, as the {advice.n:,} parts {of} let expect them; "
            "a false alarm is a start of an alarm, delays are medians. The limits in use keep the "
            "site's budget of false alarms; the advised chart keeps 5 flagged parts in 1,000.",
            className="hint",
        ),
        html.Ul([html.Li(reason) for reason in advice.reasons], className="reasons"),
    ]
    if advice.present is not None:
        content.append(html.P(advice.present.in_words, className="expectation"))
    return content


def _row(role: str, words: str, cost: ChartCost) -> list[Content]:
    return [
        html.Strong(role),
        words,
        f"{number(cost.episodes_per_1000)} ± {number(max(cost.episodes_error, 0.01))}",
        number(cost.flagged_points_per_1000),
        _delay(cost, cost.delay_one_sigma),
        _delay(cost, cost.delay_doubling),
    ]


def _delay(cost: ChartCost, delay: float | None) -> str:
    if delay is None:
        return f"more than {cost.horizon} parts"
    return "1 part" if delay == 1 else f"{delay:.0f} parts"
