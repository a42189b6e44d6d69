"""One false-alarm budget for a whole site, divided over everything that can alarm.

A plant says how many false episodes a week it accepts over all charts and tests. Charts get most of
it, shared equally by all their points, wherever they come from; tests of defect locations and of
drift get the rest, shared equally by all tests of a kind. An episode flags one point or more, so
limits that keep the share of flagged points keep the budget of episodes. The limits that spend a
share must include the error of estimating them (`spc.phase`, `spc.run_lengths.design`); then the
expected number of false episodes stays below the budget whatever the baselines were.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scipy.special import ndtr

from spc.errors import ChartError

LARGEST_SHARE = 2 * float(ndtr(-3.0))
"""Chance that a normal point lies beyond 3 sigma, 0.0027: a small site is not entitled to more."""

CHARTS = "charts"
LOCATION = "location"
DRIFT = "drift"
NO_TESTS: Mapping[str, float] = MappingProxyType({CHARTS: 1.0})
WITH_TESTS: Mapping[str, float] = MappingProxyType({CHARTS: 0.8, LOCATION: 0.1, DRIFT: 0.1})


@dataclass(frozen=True, slots=True)
class Budget:
    """What every point and every test may cost.

    Attributes
    ----------
    episodes_per_week : accepted over the whole site.
    point_probability : of a false flag at one point of one characteristic, over all its panels.
    test_levels : (name, level) pairs: p value below which a test of that kind signals.
    expected_per_week : false episodes that these add up to: at most `episodes_per_week`, less where
        the largest share holds them down.

    """

    episodes_per_week: float
    point_probability: float
    test_levels: tuple[tuple[str, float], ...]
    expected_per_week: float

    def level(self, test: str) -> float:
        """Return the level of the tests named `test`.

        Raises
        ------
        ChartError
            The budget has no such tests.

        """
        levels = dict(self.test_levels)
        if test not in levels:
            raise ChartError(
                f"the budget has no tests '{test}'; it has: {', '.join(levels) or 'none'}"
            )
        return levels[test]


def divide_budget(
    episodes_per_week: float,
    points_per_week: Iterable[float],
    *,
    tests_per_week: Mapping[str, float] | None = None,
    shares: Mapping[str, float] | None = None,
) -> Budget:
    """Divide a budget over characteristics, their points, and tests beside the charts.

    Parameters
    ----------
    episodes_per_week : above 0, false episodes accepted over the whole site
    points_per_week : rate of each watched characteristic
    tests_per_week : how many tests of each kind are run a week; the default is none.
    shares : of the budget, by kind; "charts" and every kind of tests. The default gives charts all of
        it where there are no tests, and eight tenths where there are; the tests share the rest
        equally.

    Raises
    ------
    ChartError
        A budget that is not above 0, a negative rate, or shares that do not fit.

    Examples
    --------
    Twelve charts of 350 points a week and one false alarm a week: 1 / 4200 a point.

    >>> round(1 / divide_budget(1.0, [350.0] * 12).point_probability)
    4200

    With a location test and a drift test of each of twelve streams every night:

    >>> budget = divide_budget(1.0, [350.0] * 12, tests_per_week={"location": 84, "drift": 84})
    >>> round(1 / budget.point_probability), round(budget.level("drift"), 5)
    (5250, 0.00119)

    """
    rates = list(points_per_week)
    tests = dict(tests_per_week or {})
    _check(episodes_per_week, rates, tests)
    divided = _shares(tests) if shares is None else dict(shares)
    if set(divided) != {CHARTS, *tests} or not math.isclose(sum(divided.values()), 1.0):
        raise ChartError(
            f"shares must name {', '.join([CHARTS, *tests])} and add up to 1, but got {divided}"
        )
    point = _each(episodes_per_week * divided[CHARTS], sum(rates), LARGEST_SHARE)
    levels = {
        name: _each(episodes_per_week * divided[name], count, 1.0) for name, count in tests.items()
    }
    expected = point * sum(rates) + sum(levels[name] * tests[name] for name in tests)
    return Budget(episodes_per_week, point, tuple(levels.items()), expected)


def _each(budget: float, count: float, most: float) -> float:
    return most if count <= 0 else min(most, budget / count)


def _shares(tests: Mapping[str, float]) -> dict[str, float]:
    if not tests:
        return dict(NO_TESTS)
    rest = 1 - WITH_TESTS[CHARTS]
    return {CHARTS: WITH_TESTS[CHARTS]} | {name: rest / len(tests) for name in tests}


def _check(budget: float, rates: list[float], tests: Mapping[str, float]) -> None:
    if not (budget > 0 and math.isfinite(budget)):
        raise ChartError(f"the budget must be above 0 episodes a week, but got {budget}")
    for index, rate in enumerate(rates):
        if not (rate >= 0 and math.isfinite(rate)):
            raise ChartError(f"points_per_week[{index}] is {rate}; a rate is at least 0")
    for name, count in tests.items():
        if not (count >= 0 and math.isfinite(count)):
            raise ChartError(f"tests_per_week['{name}'] is {count}; a rate is at least 0")
