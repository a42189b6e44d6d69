"""Advice on counts over opportunities: which chart, why, and at what cost."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from spc.advising.candidate import (
    FEWEST_FOR_ADVICE,
    LIMITS_ALONE,
    Advice,
    Candidate,
    first_choice,
)
from spc.advising.design import DEFAULT_BUDGET, refuse_budget
from spc.advising.rate_design import RateFutures, RateSeries, design_combined_rates
from spc.advising.rate_facts import RateFacts, likeliest_law, looks_like_items, rate_facts
from spc.advising.rate_reasons import rate_reasons
from spc.advising.textbook import TEXTBOOK_RULES
from spc.arrays import BoolArray, FloatArray
from spc.baseline import refuse_constant
from spc.binomial_charts import check_items
from spc.combined_rates import CombinedRateLimits, flagged_rates
from spc.errors import ConstantSeriesError, TooFewPointsError
from spc.laney import laney_sigma_z
from spc.laws.rate_fit import fit_rates
from spc.laws.rates import RateLaw, Spread
from spc.level_model import fit_level
from spc.rules import rule_set
from spc.run_lengths.simulated import rule_signals
from spc.simulation import LONGEST

# Three-sigma limits of smaller counts are far from their name: a Poisson count of mean 5 lies above
# the upper one three times as often as a normal value.
_FEWEST_FOR_NORMAL = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class RateAdvice(Advice):
    """Advice on counts over opportunities.

    Attributes
    ----------
    limits : of the combined chart.
    effective_n : how many independent points would tell the mean as well.

    """

    limits: CombinedRateLimits
    effective_n: float


def advise_rates(
    points: FloatArray,
    *,
    items: bool | None = None,
    simple_charts: bool = True,
    budget: float = DEFAULT_BUDGET,
    seed: int = 20,
) -> RateAdvice:
    """Recommend a chart for counts over opportunities.

    Parameters
    ----------
    points : shape (n, 2), counts and opportunities of the baseline, oldest first; NaN is missing.
    items : whether counts are items of a number inspected (p charts), else defects (u charts); by
        default they are where every count is at most its whole number of opportunities.
    simple_charts : whether charts other than the combined one are considered.
    budget, seed : as `spc.advising.advice.advise`

    Raises
    ------
    TooFewPointsError, ConstantSeriesError, ChartError, ValuesError
        No chart can be learnt from the points.

    """
    refuse_budget(budget)
    points = points[-LONGEST:]
    known = points[~np.isnan(points[:, 0])]
    if known.shape[0] < FEWEST_FOR_ADVICE:
        raise TooFewPointsError(
            f"{known.shape[0]} points are too few for advice; {FEWEST_FOR_ADVICE} are needed, "
            "wait for more"
        )
    if items is None:
        items = looks_like_items(points)
    if items:
        check_items(points)
    _refuse_one_kind(known, items=items)
    law, laws = likeliest_law(known, items=items)
    z = law.z(points[:, 0], points[:, 1])
    refuse_constant(z[~np.isnan(z)])
    level = fit_level(z)
    facts = rate_facts(points, z, level, law, laws)
    futures = RateFutures.of(law, level, known[:, 1], seed=seed)
    limits = design_combined_rates(futures, budget=budget)
    book = "p" if items else "u"
    textbook = Candidate(book, TEXTBOOK_RULES, futures.cost(_plain(law, TEXTBOOK_RULES)))

    def candidate(kind: str) -> Candidate:
        return Candidate(kind, LIMITS_ALONE, futures.cost(_flags(kind, points, law, limits)))

    simple = map(candidate, _simple_kinds(facts) if simple_charts else ())
    recommended = first_choice(simple, budget=budget) or candidate("combined")
    reasons = rate_reasons(facts, recommended, textbook, budget=budget)
    return RateAdvice(recommended, textbook, reasons, asdict(facts), limits, facts.effective_n)


def _simple_kinds(facts: RateFacts) -> tuple[str, ...]:
    """Charts without memory that suit what the tests say; none where neighbours hang together."""
    large = min(facts.typical_count, _other_items(facts)) >= _FEWEST_FOR_NORMAL
    by_law, laney, plain = (
        ("beta-binomial", "laney-p", "p") if facts.items else ("nb", "laney-u", "u")
    )
    if not facts.independent:
        return ()
    if facts.underdispersed:
        return (laney,)
    if facts.overdispersed:
        return (laney, by_law) if large else (by_law,)
    return (plain, by_law) if large else (by_law,)


def _other_items(facts: RateFacts) -> float:
    return facts.typical_chances - facts.typical_count if facts.items else np.inf


def _flags(
    kind: str, points: FloatArray, law: RateLaw, limits: CombinedRateLimits
) -> Callable[[RateSeries], BoolArray]:
    """Where the recommended chart signals, its limits learnt from the baseline."""
    if kind == "combined":
        return lambda series: flagged_rates(series.z, limits)
    if kind in ("p", "u"):
        return _plain(law, LIMITS_ALONE)
    if kind.startswith("laney"):
        return _plain(law, LIMITS_ALONE, sigma_z=laney_sigma_z(points, law.center, kind=kind))
    known = points[~np.isnan(points[:, 0])]
    own = fit_rates(known, items=law.items, spread=Spread.OWN)

    def outside(series: RateSeries) -> BoolArray:
        lower, upper = own.limits(series.chances, 3.0)
        return np.asarray((series.found > upper) | (series.found < lower))

    return outside


def _plain(law: RateLaw, rules: str, *, sigma_z: float = 1.0) -> Callable[[RateSeries], BoolArray]:
    """A p or u chart, with limits wider by Laney's sigma_z."""
    chance, wanted = RateLaw(law.center, law.items), rule_set(rules)

    def flagged(series: RateSeries) -> BoolArray:
        found, chances = series.found, series.chances
        distance = (found - law.center * chances) / np.sqrt(chance.variance(chances))
        outside = np.abs(distance) > 3 * sigma_z
        scores = chance.z(found, chances) if len(wanted) > 1 else distance
        return rule_signals(wanted, scores, outside)

    return flagged


def _refuse_one_kind(known: FloatArray, *, items: bool) -> None:
    total, chances = known.sum(axis=0)
    if total == 0 or (items and total == chances):
        word = "no" if total == 0 else "only"
        raise ConstantSeriesError(
            f"no variation: the baseline has {word} counted items; choose a longer baseline"
        )
