"""Exact run lengths by chart kind; None where a chart and its process have none."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import gammaln, ndtr, xlog1py, xlogy

from spc.arrays import FloatArray
from spc.binomial_charts import binomial_scores
from spc.cusum import DEFAULT_DECISION, DEFAULT_SLACK
from spc.errors import ChartError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.run_lengths.changes import changed, mean_of
from spc.run_lengths.correlated import correlated_run_length, score_limits
from spc.run_lengths.count_cusum import count_cusum_run_length
from spc.run_lengths.cusum import cusum_run_length
from spc.run_lengths.ewma import ewma_run_length
from spc.run_lengths.law_chains import law_cusum_run_length, law_ewma_run_length
from spc.run_lengths.mewma import mewma_run_length, t2_run_length
from spc.run_lengths.residual import residual_run_length
from spc.run_lengths.result import RunLength
from spc.run_lengths.rule_automaton import has_automaton
from spc.run_lengths.situation import Situation
from spc.run_lengths.two_part import two_part_run_length
from spc.run_lengths.zones import Zones, zone_run_length, zones_of_atoms, zones_of_law

_NEGLIGIBLE = 1e-15
_WIDTH = 3.0


def _individuals(case: Situation) -> RunLength | None:
    center, sigma = case.center, case.sigma
    low, high = center - _WIDTH * sigma, center + _WIDTH * sigma
    if not case.independent:
        return _limits_of_correlated(case, low, high)
    return _zones_or_none(
        case, lambda law: zones_of_law(case.rules, law, center=center, sigma=sigma)
    )


def _means(case: Situation) -> RunLength | None:
    if not (isinstance(case.before, Normal) and case.independent):
        return None
    error = case.size**-0.5
    center = case.before.mean if case.options.center is None else case.options.center
    sigma = (case.before.sigma if case.options.sigma is None else case.options.sigma) * error

    def zones(law: Law) -> Zones:
        mean = Normal(mean_of(law), law.sigma * error)
        return zones_of_law(case.rules, mean, center=center, sigma=sigma)

    return _zones_or_none(case, zones)


def _counts(case: Situation) -> RunLength | None:
    law = case.before
    if not isinstance(law, NegativeBinomial):
        raise ChartError(f"a {case.kind} chart is for counts, not for a {law.name} law")
    lcl, ucl = count_limits(case)
    if not case.independent:
        return _limits_of_correlated(case, lcl, ucl)

    def zones(after: Law) -> Zones:
        counted = after if isinstance(after, NegativeBinomial) else law
        most = float(counted.quantile(np.array(1 - _NEGLIGIBLE)))
        count = np.arange(max(most, ucl + 1) + 1)
        outside = (count > ucl) | (count < lcl)
        return zones_of_atoms(case.rules, law.z(count), outside, counted.mass(count))

    return _zones_or_none(case, zones)


def count_limits(case: Situation) -> tuple[float, float]:
    """Return the limits of a c, nb or u chart in counts."""
    law = case.before
    if case.kind == "nb":
        lcl, ucl = law.quantile(ndtr(np.array([-_WIDTH, _WIDTH])))
        return float(lcl), float(ucl)
    mean = mean_of(law) * case.chances
    return max(mean - _WIDTH * mean**0.5, 0.0), mean + _WIDTH * mean**0.5


def _rates(case: Situation) -> RunLength | None:
    if not (isinstance(case.before, NegativeBinomial) and case.independent):
        return None
    chart = NegativeBinomial(case.before.mean * case.chances, 0.0)
    low, high = count_limits(case)

    def zones(after: Law) -> Zones:
        law = NegativeBinomial(mean_of(after) * case.chances, 0.0)
        count = np.arange(float(law.quantile(np.array(1 - _NEGLIGIBLE))) + high + 1)
        return zones_of_atoms(
            case.rules, chart.z(count), (count > high) | (count < low), law.mass(count)
        )

    return _zones_or_none(case, zones)


def _items(case: Situation) -> RunLength | None:
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

    return _zones_or_none(case, zones)


def _binomial(count: FloatArray, n: int, share: float) -> FloatArray:
    log_mass = (
        gammaln(n + 1)
        - gammaln(count + 1)
        - gammaln(n - count + 1)
        + xlogy(count, share)
        + xlog1py(n - count, -share)
    )
    return np.asarray(np.exp(log_mass))


def _ewma(case: Situation) -> RunLength | None:
    if not case.independent or case.options.autocorrelation not in (None, "none"):
        return None
    smoothing = case.options.smoothing or DEFAULT_SMOOTHING
    width = case.options.width or DEFAULT_WIDTH
    center, sigma = case.center, case.sigma
    after = case.after
    if isinstance(after, Normal) and not case.steady:
        shift, scale = (after.mean - center) / sigma, after.sigma / sigma
        return ewma_run_length(smoothing, width, shift=shift, scale=scale, asymptotic=False)
    if isinstance(after, Normal) and _centred(case):
        shift, scale = (after.mean - center) / sigma, after.sigma / sigma
        return ewma_run_length(smoothing, width, shift=shift, scale=scale, steady=True)
    if isinstance(case.before, NegativeBinomial) and case.options.law in ("poisson", "nb"):
        sigma = case.before.sigma
    return law_ewma_run_length(
        after,
        smoothing,
        width,
        center=center,
        sigma=sigma,
        asymptotic=False,
        in_control=case.calm,
    )


def _cusum(case: Situation) -> RunLength | None:
    options = case.options
    if options.law in ("poisson", "nb"):
        return _count_cusum(case)
    if not case.independent:
        return None
    slack = DEFAULT_SLACK if options.slack is None else options.slack
    decision = DEFAULT_DECISION if options.decision is None else options.decision
    head_start = options.head_start or 0.0
    center, sigma, after = case.center, case.sigma, case.after
    if isinstance(after, Normal) and (not case.steady or _centred(case)):
        return cusum_run_length(
            slack,
            decision,
            shift=(after.mean - center) / sigma,
            scale=after.sigma / sigma,
            head_start=head_start,
            steady=case.steady,
        )
    return law_cusum_run_length(
        after,
        slack,
        decision,
        center=center,
        sigma=sigma,
        head_start=head_start,
        in_control=case.calm,
    )


def _count_cusum(case: Situation) -> RunLength:
    """One side, k and h in counts; signals where the sum reaches h, as the chart does."""
    law, after, options = case.before, case.after, case.options
    if not (isinstance(law, NegativeBinomial) and isinstance(after, NegativeBinomial)):
        raise ChartError(f"a CUSUM of counts is for counts, not for a {law.name} law")
    if not case.independent:
        raise ChartError("the run length of a CUSUM of autocorrelated counts is not known here")
    if options.slack is None or options.decision is None:
        raise ChartError("give k (slack) and h (decision) of a CUSUM of counts, in counts")
    upper = options.detect is None or options.detect > law.mean
    return count_cusum_run_length(
        after,
        options.slack,
        options.decision,
        side="upper" if upper else "lower",
        in_control=law if case.steady else None,
        head_start=options.head_start or 0.0,
    )


def _residual(case: Situation) -> RunLength | None:
    law, after = case.before, case.after
    if not (isinstance(law, Normal) and isinstance(after, Normal)):
        raise ChartError(f"a residual chart is for measurements, not for a {law.name} law")
    if not has_automaton(case.rules):
        return None
    return residual_run_length(
        case.rules,
        share=case.model.share,
        decay=case.model.decay,
        shift=(after.mean - law.mean) / law.sigma,
        steady=case.steady,
    )


def _two_part(case: Situation) -> RunLength | None:
    law, after = case.before, case.after
    if not (isinstance(law, ZeroLognormal) and isinstance(after, ZeroLognormal)):
        raise ChartError(f"a two-part chart is for sizes with zeros, not for a {law.name} law")
    if not (case.independent and all(rule.is_limit for rule in case.rules)):
        return None
    return two_part_run_length(after, chart=law, steady=case.steady)


def _t2(case: Situation) -> RunLength | None:
    limit = case.options.decision
    if limit is None:
        raise ChartError("give the limit of the T² statistic as the option decision (h)")
    return t2_run_length(limit, case.dimensions, distance=abs(case.change.sigmas))


def _mewma(case: Situation) -> RunLength | None:
    limit, smoothing = case.options.decision, case.options.smoothing or 0.1
    if limit is None:
        raise ChartError("give the limit of the MEWMA statistic as the option decision (h)")
    if case.steady:
        return None
    distance = abs(case.change.sigmas)
    return mewma_run_length(smoothing, limit, case.dimensions, distance=distance)


def _zones_or_none(case: Situation, zones: Callable[[Law], Zones]) -> RunLength | None:
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


def _centred(case: Situation) -> bool:
    """Whether the chart's centre and sigma are those of the normal process in control."""
    law = case.before
    return isinstance(law, Normal) and case.center == law.mean and case.sigma == law.sigma


EXACT: Mapping[str, Callable[[Situation], RunLength | None]] = MappingProxyType(
    {
        "imr": _individuals,
        "xbar-r": _means,
        "xbar-s": _means,
        "c": _counts,
        "nb": _counts,
        "u": _rates,
        "p": _items,
        "np": _items,
        "two-part": _two_part,
        "residual": _residual,
        "ewma": _ewma,
        "cusum": _cusum,
        "t2": _t2,
        "mewma": _mewma,
    }
)
