"""Chart kinds of single values: how each learns limits from a baseline and evaluates points."""

from dataclasses import replace

import numpy as np

from spc.arrays import FloatArray, as_amounts, as_counts, present
from spc.baseline import FEWEST_FOR_FIRM_LIMITS, refuse_constant
from spc.c_chart import c_chart
from spc.cusum import DEFAULT_DECISION, DEFAULT_SLACK, cusum_chart
from spc.errors import ConstantSeriesError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH, ewma_chart
from spc.false_alarms import Draw
from spc.imr import imr_chart
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.nb_chart import nb_chart
from spc.options import ChartOptions, measured_baseline
from spc.result import ChartResult, JsonDict
from spc.simulation import SeriesModel, fit_series
from spc.two_part import two_part_chart


def evaluate_imr(
    base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """Individuals and moving range."""
    options.refuse_others("imr", "center", "sigma", "estimator")
    baseline = measured_baseline(base, options)
    return replace(imr_chart(points, baseline, rules=rules), phase=baseline.to_dict())


def evaluate_ewma(
    base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """EWMA; λ = .2 and L = 2.962 by default."""
    options.refuse_others("ewma", "center", "sigma", "estimator", "smoothing", "width")
    baseline = measured_baseline(base, options)
    smoothing = DEFAULT_SMOOTHING if options.smoothing is None else options.smoothing
    width = DEFAULT_WIDTH if options.width is None else options.width
    result = ewma_chart(points, baseline, smoothing=smoothing, width=width, rules=rules)
    return replace(result, phase=baseline.to_dict() | {"smoothing": smoothing, "width": width})


def evaluate_cusum(
    base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """CUSUM; k = 1/2 and h = 5 by default."""
    options.refuse_others(
        "cusum", "center", "sigma", "estimator", "slack", "decision", "head_start"
    )
    baseline = measured_baseline(base, options)
    slack = DEFAULT_SLACK if options.slack is None else options.slack
    decision = DEFAULT_DECISION if options.decision is None else options.decision
    head_start = options.head_start or 0.0
    result = cusum_chart(
        points, baseline, slack=slack, decision=decision, head_start=head_start, rules=rules
    )
    settings: JsonDict = {"slack": slack, "decision": decision, "head_start": head_start}
    return replace(result, phase=baseline.to_dict() | settings)


def evaluate_c(
    base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """Poisson counts."""
    options.refuse_others("c", "center")
    known = present(as_counts(base))
    if options.center is None:
        refuse_constant(known)
    mean = float(known.mean()) if options.center is None else options.center
    result = c_chart(points, mean, rules=rules)
    law = NegativeBinomial(mean=mean, dispersion=0.0)
    return replace(result, phase=_law_phase(law, known, given=options.center is not None))


def evaluate_nb(
    base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """Negative binomial counts."""
    options.refuse_others("nb")
    known = present(as_counts(base))
    refuse_constant(known)
    law = NegativeBinomial.fit(known)
    return replace(nb_chart(points, law, rules=rules), phase=_law_phase(law, known))


def evaluate_two_part(
    base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """Sizes and the share above zero."""
    options.refuse_others("two-part")
    known = present(as_amounts(base))
    refuse_constant(known)
    positive = known[known > 0]
    if np.unique(positive).size < 2:
        raise ConstantSeriesError(
            f"the {positive.size} values above 0 do not vary, so sizes have no limits; "
            "choose a longer baseline"
        )
    law = ZeroLognormal.fit(known)
    result = two_part_chart(points, law, rules=rules)
    return replace(result, phase=_law_phase(law, known))


def _law_phase(law: Law, known: FloatArray, *, given: bool = False) -> JsonDict:
    return {
        "points": known.size,
        "law": law.name,
        "parameters": dict(law.parameters()),
        "method": "given mean" if given else "fitted law",
        "provisional": not given and known.size < FEWEST_FOR_FIRM_LIMITS,
    }


def counts_in_control(base: FloatArray, options: ChartOptions) -> Draw:
    """Draw counts like those of the baseline, or Poisson counts with the given mean."""
    if options.center is not None:
        return SeriesModel(NegativeBinomial(mean=options.center, dispersion=0.0)).draw
    return fit_series(base).draw


def series_in_control(base: FloatArray, options: ChartOptions) -> Draw:
    """Draw single values like those of the baseline, or as the given centre and sigma say."""
    if options.center is not None and options.sigma is not None:
        return SeriesModel(Normal(options.center, options.sigma)).draw
    return fit_series(base).draw
