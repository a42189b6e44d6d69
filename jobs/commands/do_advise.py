"""`blemish chart --advise`, and the kind of a chart for which none was named."""

import numpy as np

from jobs.commands.chart_request import Asked
from jobs.commands.output import print_json, print_table, show
from jobs.errors import InputError
from jobs.tables.chart_table import ChartTable
from spc.advice import recommend_chart
from spc.advising.candidate import FEWEST_FOR_ADVICE, Advice, Candidate
from spc.advising.design import DEFAULT_BUDGET
from spc.advising.groups import advise_groups
from spc.advising.present import PresentLevel, present_level
from spc.advising.rate_facts import looks_like_items
from spc.advising.rates import advise_rates
from spc.advising.series import SeriesAdvice, advise_series
from spc.arrays import FloatArray
from spc.layout import Layout, arrange
from spc.three_way import LARGEST_FOR_RANGES

_OF_ITEMS = ("p", "np", "laney-p", "beta-binomial")
_OF_RATES = ("u", "laney-u")


def advise(asked: Asked, *, as_json: bool) -> int:
    """Say which chart fits the column, why, and what it costs."""
    if len(asked.columns) != 1:
        raise InputError("--advise looks at one column; give one --value")
    if not asked.advisable:
        raise InputError(
            "--advise chooses chart and rules itself: leave out stages, rules, part types and the "
            "options of charts, or name a chart with --chart and drop --advise"
        )
    table = asked.read()
    points = _points(asked, table)
    if _known(points) < FEWEST_FOR_ADVICE:
        return _show_kind(*_textbook(asked, points), as_json=as_json)
    advice = _advice(asked, table, points)
    now = _present(asked, table, advice, points)
    reasons = advice.reasons if now is None else (*advice.reasons, now.in_words)
    chart = advice.recommended.chart
    if as_json:
        since = None if now is None else now.to_dict()
        print_json(
            {"chart": chart, "advice": " ".join(reasons), **advice.to_dict(), "since": since}
        )
        return 0
    show(f"{chart}: {reasons[0]}")
    for reason in reasons[1:]:
        show(reason)
    print_table(
        ("chart", "rules", "flagged / 1000", "episodes / 1000", "until 1 sigma", "until doubled"),
        [_cost_row(advice.recommended), _cost_row(advice.textbook)],
    )
    return 0


def fitting_kind(asked: Asked, table: ChartTable) -> tuple[str, str]:
    """Return the kind for a column that none was named for, and why it fits.

    It is the advised one where that can be learnt, and the textbook's for few points.
    """
    points = _points(asked, table)
    if not asked.advisable or _known(points) < FEWEST_FOR_ADVICE:
        return _textbook(asked, points)
    if not (asked.grouped or asked.opportunities):
        return "combined", recommend_chart(points).reason
    advice = _advice(asked, table, points)
    return advice.recommended.chart, advice.reasons[0].rstrip(".")


def _points(asked: Asked, table: ChartTable) -> FloatArray:
    """Return the points of the baseline: values, counts with opportunities, or subgroups."""
    values = table.numbers(asked.columns[0])
    layout = Layout.SINGLE
    if asked.opportunities:
        layout = Layout.OPPORTUNITIES
    elif asked.grouped:
        layout = Layout.SUBGROUPS
    points = arrange(values, layout, asked.source(table)).array
    first, last = asked.baseline_of(points.shape[0])
    return points[first - 1 : last]


def _known(points: FloatArray) -> int:
    rows = points.reshape(points.shape[0], -1)
    return int(np.count_nonzero(~np.isnan(rows).all(axis=1)))


def _advice(asked: Asked, table: ChartTable, points: FloatArray) -> Advice:
    budget = DEFAULT_BUDGET if asked.options.budget is None else asked.options.budget
    if asked.opportunities:
        items = asked.kind in _OF_ITEMS if asked.kind in (*_OF_ITEMS, *_OF_RATES) else None
        return advise_rates(points, items=items, budget=budget)
    if asked.grouped:
        return advise_groups(points, budget=budget)
    if asked.time is None:
        return advise_series(points, budget=budget)
    first, last = asked.baseline_of(len(table.rows))
    return advise_series(points, times=table.times(asked.time)[first - 1 : last], budget=budget)


def _present(
    asked: Asked, table: ChartTable, advice: Advice, baseline: FloatArray
) -> PresentLevel | None:
    """Where single values stand after the baseline; None for other points, or too few of them."""
    if not isinstance(advice, SeriesAdvice):
        return None
    values = np.array(table.numbers(asked.columns[0]))
    return present_level(advice.limits, baseline, values[asked.baseline_of(values.size)[1] :])


def _textbook(asked: Asked, points: FloatArray) -> tuple[str, str]:
    """The textbook's kind, where there is too little to advise on."""
    few = f"{_known(points)} points are too few to advise on"
    if asked.opportunities:
        if looks_like_items(points):
            return "p", f"items of a number inspected; {few}"
        return "u", f"defects over opportunities; {few}"
    if asked.grouped:
        kind = "xbar-r" if points.shape[1] <= LARGEST_FOR_RANGES else "xbar-s"
        return kind, f"subgroups of up to {points.shape[1]} values; {few}"
    recommended = recommend_chart(points)
    return recommended.chart, recommended.reason


def _cost_row(candidate: Candidate) -> tuple[object, ...]:
    cost = candidate.cost
    return (
        candidate.chart,
        candidate.rules,
        round(cost.flagged_points_per_1000, 1),
        round(cost.episodes_per_1000, 1),
        cost.delay_one_sigma,
        cost.delay_doubling,
    )


def _show_kind(chart: str, reason: str, *, as_json: bool) -> int:
    if as_json:
        print_json({"chart": chart, "advice": reason})
    else:
        show(f"{chart}: {reason}")
    return 0
