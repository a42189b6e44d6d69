"""Exact run lengths of charts whose points stand for themselves: zones of independent points."""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln, ndtr, xlog1py, xlogy

from spc.arrays import FloatArray
from spc.binomial_charts import binomial_scores
from spc.errors import ChartError
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.run_lengths.changes import changed, mean_of
from spc.run_lengths.correlated import correlated_run_length, score_limits
from spc.run_lengths.result import RunLength
from spc.run_lengths.rule_automaton import has_automaton
from spc.run_lengths.situation import Situation
from spc.run_lengths.zones import Zones, zone_run_length, zones_of_atoms, zones_of_law

NEGLIGIBLE = 1e-15
_WIDTH = 3.0


def individuals(case: Situation) -> RunLength | None:
    """Individuals, and z values of short runs: zones on a chart of measurements."""
    center, sigma = case.center, case.sigma
    low, high = center - _WIDTH * sigma, center + _WIDTH * sigma
    if not case.independent:
        return _limits_of_correlated(case, low, high)
    return zones_or_none(
        case, lambda law: zones_of_law(case.rules, law, center=center, sigma=sigma)
    )


def means(case: Situation) -> RunLength | None:
    """Means of subgroups of a normal law, with the sigma within."""
    if not (isinstance(case.before, Normal) and case.independent):
        return None
    error = case.size**-0.5
    center = case.before.mean if case.options.center is None else case.options.center
    sigma = (case.before.sigma if case.options.sigma is None else case.options.sigma) * error

    def zones(law: Law) -> Zones:
        mean = Normal(mean_of(law), law.sigma * error)
        return zones_of_law(case.rules, mean, center=center, sigma=sigma)

    return zones_or_none(case, zones)


def counts(case: Situation) -> RunLength | None:
    """Counts by the Poisson or the negative binomial law."""
    law = case.before
    if not isinstance(law, NegativeBinomial):
        raise ChartError(f"a {case.kind} chart is for counts, not for a {law.name} law")
    lcl, ucl = count_limits(case)
    if not case.independent:
        return _limits_of_correlated(case, lcl, ucl)

    def zones(after: Law) -> Zones:
        counted = after if isinstance(after, NegativeBinomial) else law
        most = float(counted.quantile(np.array(1 - NEGLIGIBLE)))
        count = np.arange(max(most, ucl + 1) + 1)
        outside = (count > ucl) | (count < lcl)
        return zones_of_atoms(case.rules, law.z(count), outside, counted.mass(count))

    return zones_or_none(case, zones)


def count_limits(case: Situation) -> tuple[float, float]:
    """Return the limits of a c, nb or u chart in counts."""
    law = case.before
    if case.kind == "nb":
        lcl, ucl = law.quantile(ndtr(np.array([-_WIDTH, _WIDTH])))
        return float(lcl), float(ucl)
    mean = mean_of(law) * case.chances
    return max(mean - _WIDTH * mean**0.5, 0.0), mean + _WIDTH * mean**0.5


def rates(case: Situation) -> RunLength | None:
    """Poisson counts over equal opportunities."""
    if not (isinstance(case.before, NegativeBinomial) and case.independent):
        return None
    chart = NegativeBinomial(case.before.mean * case.chances, 0.0)
    low, high = count_limits(case)

    def zones(after: Law) -> Zones:
        law = NegativeBinomial(mean_of(after) * case.chances, 0.0)
        count = np.arange(float(law.quantile(np.array(1 - NEGLIGIBLE))) + high + 1)
        return zones_of_atoms(
            case.rules, chart.z(count), (count > high) | (count < low), law.mass(count)
        )

    return zones_or_none(case, zones)


def items(case: Situation) -> RunLength | None:
    """Binomial counts; the law's mean is the share nonconforming."""
    share, after = mean_of(case.before), mean_of(case.after)
    if not (0 < share < 1 and 0 < after < 1):
        raise ChartError(f"the share must be in (0, 1), but got {share:g} and then {after:g}")
    n = round(case.chances)
    count = np.arange(n + 1.0)
    spread = _WIDTH * (share * (1 - share) * n) ** 0.5
    outside = (count > min(share * n + spread, n)) | (count < max(share * n - spread, 0.0))
    z = binomial_scores(count, np.full(n + 1, float(n)), share)

    def zones(law: Law) -> Zones:
        return zones_of_atoms(case.rules, z, outside, _binomial(count, n, mean_of(law)))

    return zones_or_none(case, zones)


def _binomial(count: FloatArray, n: int, share: float) -> FloatArray:
    log_mass = (
        gammaln(n + 1)
        - gammaln(count + 1)
        - gammaln(n - count + 1)
        + xlogy(count, share)
        + xlog1py(n - count, -share)
    )
    return np.asarray(np.exp(log_mass))


def zones_or_none(case: Situation, zones: Callable[[Law], Zones]) -> RunLength | None:
    """Run length over zones; None where a rule compares values with each other."""
    if not has_automaton(case.rules):
        return None
    calm = zones(case.before) if case.steady else None
    return zone_run_length(case.rules, zones(case.after), in_control=calm)


def _limits_of_correlated(case: Situation, low: float, high: float) -> RunLength | None:
    # A value has no memory of limits, so only rules of single points are exact here; before a
    # change the level is taken as stationary.
    if not all(rule.is_limit for rule in case.rules):
        return None
    lcl, ucl = score_limits(changed(case.before, case.change), low, high)
    return correlated_run_length(lcl, ucl, share=case.model.share, decay=case.model.decay)
