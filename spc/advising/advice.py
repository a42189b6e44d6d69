"""Advice: which chart fits the data, why, what it costs and how soon it finds a shift."""

from spc.advising.candidate import Advice
from spc.advising.design import DEFAULT_BUDGET
from spc.advising.groups import advise_groups
from spc.advising.rates import advise_rates
from spc.advising.series import advise_series
from spc.arrays import Values
from spc.errors import ChartError
from spc.layout import Layout, Source, arrange
from spc.subgrouping import Labels


def advise(
    values: Values,
    *,
    opportunities: Values | None = None,
    items: bool | None = None,
    times: Values | None = None,
    subgroup: Labels | None = None,
    size: int | None = None,
    window: float | None = None,
    budget: float = DEFAULT_BUDGET,
    seed: int = 20,
) -> Advice:
    """Recommend a chart for a baseline and compare it with the textbook's.

    The values are taken as in control: what they do is what the chart must live with.

    Parameters
    ----------
    values : shape (n,), oldest first
        The baseline; NaN is missing. At least 20 points.
    opportunities : shape (n,), number inspected or area of each count
    items : with opportunities, whether counts are items of a number inspected (p charts) or defects (u
        charts); by default they are items where every count is at most its opportunities.
    times : shape (n,), seconds, rising; tells whether memory fades with time, and makes windows.
    subgroup, size, window : labels, values or seconds of a subgroup; at most one of them
    budget : in [1e-4, 0.1], share of points in control that the combined chart may flag
    seed : of the simulated futures; the same seed gives the same advice.

    Raises
    ------
    TooFewPointsError, ConstantSeriesError, ValuesError, TimesError, ChartError
        No chart can be learnt from the values, or an option is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(1)
    >>> advice = advise(random.negative_binomial(2, 0.3, size=200))
    >>> advice.recommended.chart, advice.textbook.chart
    ('combined', 'c')
    >>> advice.textbook.cost.episodes_per_1000 > 10 * advice.recommended.cost.episodes_per_1000
    True
    >>> lots = np.repeat(random.normal(10, 1, size=150), 5) + random.normal(size=750)
    >>> advise(lots, size=5).recommended.chart
    'three-way'

    """
    grouped = not (subgroup is None and size is None and window is None)
    source = Source(subgroup, size, window, times, opportunities)
    if opportunities is not None:
        if grouped:
            raise ChartError(
                "counts over opportunities are points already; add up the counts and the opportunities "
                "of a subgroup instead"
            )
        points = arrange(values, Layout.OPPORTUNITIES, source).array
        return advise_rates(points, items=items, budget=budget, seed=seed)
    if items is not None:
        raise ChartError("items are counted over opportunities; give those, too")
    if grouped:
        groups = arrange(values, Layout.SUBGROUPS, source).array
        return advise_groups(groups, budget=budget, seed=seed)
    return advise_series(values, times=times, budget=budget, seed=seed)
