"""Exact run lengths of charts whose statistic carries the points before: Markov chains."""

from spc.cusum import DEFAULT_DECISION, DEFAULT_SLACK
from spc.errors import ChartError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
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


def ewma(case: Situation) -> RunLength | None:
    """EWMA of independent values or counts."""
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


def cusum(case: Situation) -> RunLength | None:
    """CUSUM of independent values or counts."""
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


def residual(case: Situation) -> RunLength | None:
    """Residuals of a normal level model."""
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


def two_part(case: Situation) -> RunLength | None:
    """Two-part chart with limits only."""
    law, after = case.before, case.after
    if not (isinstance(law, ZeroLognormal) and isinstance(after, ZeroLognormal)):
        raise ChartError(f"a two-part chart is for sizes with zeros, not for a {law.name} law")
    if not (case.independent and all(rule.is_limit for rule in case.rules)):
        return None
    return two_part_run_length(after, chart=law, steady=case.steady)


def t2(case: Situation) -> RunLength | None:
    """T² of normal points."""
    limit = case.options.decision
    if limit is None:
        raise ChartError("give the limit of the T² statistic as the option decision (h)")
    return t2_run_length(limit, case.dimensions, distance=abs(case.change.sigmas))


def mewma(case: Situation) -> RunLength | None:
    """MEWMA of normal points; a late shift has no chain."""
    limit, smoothing = case.options.decision, case.options.smoothing or 0.1
    if limit is None:
        raise ChartError("give the limit of the MEWMA statistic as the option decision (h)")
    if case.steady:
        return None
    distance = abs(case.change.sigmas)
    return mewma_run_length(smoothing, limit, case.dimensions, distance=distance)


def _centred(case: Situation) -> bool:
    """Whether the chart's centre and sigma are those of the normal process in control."""
    law = case.before
    return isinstance(law, Normal) and case.center == law.mean and case.sigma == law.sigma
