"""The card of the false-call rate on the page of the inspector's health."""

from collections.abc import Sequence

from dash import html

from dashboard.address import HealthView
from dashboard.components import Content, card, graph, table
from dashboard.context import PageContext
from dashboard.figures.false_calls import false_call_chart
from dashboard.figures.wording import number
from dashboard.period import Period
from dashboard.review_rate import review_total, reviews_by_day, reviews_by_stream
from dashboard.review_share import Reviewed
from warehouse.journal.reviews import ReviewRow

SAMPLE = (
    "Counted by UTC day of capture. Reviewers choose what they look at, so this is the rate of what "
    "was reviewed, not of every defect."
)


def review_card(view: HealthView, shown: Period, context: PageContext) -> html.Section:
    """Return the false-call rate of a period by day and by stream."""
    rows = [
        row
        for row in context.reader.reviews(shown.start, shown.end)
        if view.line in {"", row.line} and view.station in {"", row.station}
    ]
    if not rows:
        return card(
            html.P(
                "Nobody has reviewed a defect in this period. On the page of a part, say of each "
                "defect whether you agree.",
                className="dim",
            ),
            title="False calls",
        )
    total = review_total(rows)
    words = total_words(total)
    figure = false_call_chart(reviews_by_day(rows), total, context.theme)
    return card(
        graph(figure, name="health-false-calls", words=words) if total.reviewed else None,
        html.P(f"{words} {SAMPLE}", className="hint"),
        _table("Stream", _by_stream(rows)),
        html.Details(
            [html.Summary("By day"), _table("Day", _by_day(rows))], className="review-days"
        ),
        title="False calls",
    )


def total_words(total: Reviewed) -> str:
    """Say the rate with its interval, and what was missed.

    Examples
    --------
    >>> total_words(Reviewed(20, 0, 1))
    '0 of 20 reviewed defects were false calls: 0 % (95 % interval 0 to 16.1 %); 1 missed defect drawn.'
    >>> total_words(Reviewed(0, 0, 2))
    'No defect of the model was reviewed; 2 missed defects drawn.'

    """
    missed = f"{total.missed:,} missed defect{'' if total.missed == 1 else 's'} drawn."
    if total.rate is None:
        return f"No defect of the model was reviewed; {missed}"
    return (
        f"{total.false_calls:,} of {total.reviewed:,} reviewed defects were false calls: "
        f"{number(100 * total.rate)} % (95 % interval {_interval(total)}); {missed}"
    )


def _by_stream(rows: Sequence[ReviewRow]) -> list[tuple[str, Reviewed]]:
    return [
        (f"{stream.line} / {stream.station} / {stream.tool} / {stream.family}", one)
        for stream, one in reviews_by_stream(rows).items()
    ]


def _by_day(rows: Sequence[ReviewRow]) -> list[tuple[str, Reviewed]]:
    return [(f"{day:%-d %b %Y}", one) for day, one in reviews_by_day(rows).items()]


def _table(head: str, counted: Sequence[tuple[str, Reviewed]]) -> html.Div:
    rows: list[list[Content]] = [
        [
            name,
            f"{one.reviewed:,}",
            f"{one.false_calls:,}",
            "–" if one.rate is None else f"{number(100 * one.rate)} %",
            "–" if one.rate is None else _interval(one),
            f"{one.missed:,}",
        ]
        for name, one in counted
    ]
    heads = [head, "Reviewed", "False calls", "Rate", "95 % interval", "Missed"]
    return table(heads, rows, caption=f"False calls by {head.lower()}", numeric=(1, 2, 3, 4, 5))


def _interval(one: Reviewed) -> str:
    low, high = one.interval
    return f"{number(100 * low)} to {number(100 * high)} %"
