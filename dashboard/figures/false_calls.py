"""The false-call rate a day with its interval, and the rate of the whole period behind it."""

from collections.abc import Mapping
from datetime import date

import plotly.graph_objects as go

from dashboard.figures.palette import palette
from dashboard.figures.template import styled
from dashboard.figures.wording import number
from dashboard.review_share import Reviewed


def false_call_chart(days: Mapping[date, Reviewed], total: Reviewed, theme: str) -> go.Figure:
    """Draw one point a day with its 95 % interval, %; days with nothing reviewed have none.

    Parameters
    ----------
    days
        From `dashboard.review_rate.reviews_by_day`.
    total
        Of all of them: the dashed line.

    """
    colours = palette(theme)
    shown = {day: one for day, one in days.items() if one.rate is not None}
    rates = [100 * one.false_calls / one.reviewed for one in shown.values()]
    ends = [[100 * end for end in one.interval] for one in shown.values()]
    figure = go.Figure()
    figure.add_scatter(
        x=[day.isoformat() for day in shown],
        y=rates,
        mode="markers",
        marker={"color": colours.line, "size": 9, "line": {"color": colours.surface, "width": 1}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - rate for rate, (_, high) in zip(rates, ends, strict=True)],
            "arrayminus": [rate - low for rate, (low, _) in zip(rates, ends, strict=True)],
            "color": colours.muted,
            "thickness": 1.4,
            "width": 4,
        },
        text=[
            f"{one.false_calls} of {one.reviewed}: {number(rate)} % "
            f"({number(low)} to {number(high)} %)"
            for one, rate, (low, high) in zip(shown.values(), rates, ends, strict=True)
        ],
        hovertemplate="%{x|%a %-d %b %Y}: %{text}<extra></extra>",
    )
    if total.rate is not None:
        level = 100 * total.rate
        figure.add_hline(y=level, line={"color": colours.center, "width": 1.4, "dash": "dash"})
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            y=level,
            yanchor="middle",
            text=f" all {number(level)} %",
            showarrow=False,
            font={"color": colours.center},
        )
    styled(figure, colours, height=260)
    figure.update_layout(margin={"l": 30, "r": 74, "t": 16, "b": 40})
    figure.update_xaxes(type="date")
    figure.update_yaxes(rangemode="tozero", title={"text": "False calls, %"})
    return figure
