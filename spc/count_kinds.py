"""Chart kinds of single counts and times: Poisson, negative binomial, geometric, Weibull, two-part."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from spc.arrays import FloatArray, as_amounts, as_counts, present
from spc.baseline import FEWEST_FOR_FIRM_LIMITS, Baseline, refuse_constant
from spc.c_chart import c_chart
from spc.count_cusum import (
    DEFAULT_ARL,
    CountCusum,
    check_run_length,
    count_cusum_chart,
    design,
    reference_value,
)
from spc.errors import ChartError, ConstantSeriesError, ValuesError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH, ewma_chart
from spc.false_alarms import Draw
from spc.g_chart import METHODS as G_METHODS
from spc.g_chart import g_chart, geometric
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.weibull import Weibull
from spc.laws.zero_lognormal import ZeroLognormal
from spc.nb_chart import nb_chart
from spc.options import ChartOptions, measured_baseline, one_of
from spc.result import ChartResult, JsonDict
from spc.simulation import SeriesModel, fit_series
from spc.t_chart import METHODS as T_METHODS
from spc.t_chart import t_chart, transformed, weibull_t_chart
from spc.task import Task
from spc.two_part import two_part_chart

COUNT_LAWS = ("poisson", "nb")


def evaluate_c(task: Task) -> ChartResult:
    """Poisson counts."""
    task.options.refuse_others("c", "center")
    law, known, given = _count_law(task, "poisson")
    result = c_chart(task.points, law.mean, rules=task.rules)
    return replace(result, phase=_law_phase(law, known, given=given))


def evaluate_nb(task: Task) -> ChartResult:
    """Negative binomial counts."""
    task.options.refuse_others("nb")
    law, known, _ = _count_law(task, "nb")
    return replace(nb_chart(task.points, law, rules=task.rules), phase=_law_phase(law, known))


def evaluate_two_part(task: Task) -> ChartResult:
    """Sizes and the share above zero."""
    task.options.refuse_others("two-part")
    known = present(as_amounts(task.base))
    refuse_constant(known)
    positive = known[known > 0]
    if np.unique(positive).size < 2:
        raise ConstantSeriesError(
            f"the {positive.size} values above 0 do not vary, so sizes have no limits; "
            "choose a longer baseline"
        )
    law = ZeroLognormal.fit(known)
    result = two_part_chart(task.points, law, rules=task.rules)
    return replace(result, phase=_law_phase(law, known))


def evaluate_g(task: Task) -> ChartResult:
    """Opportunities between events."""
    task.options.refuse_others("g", "center", "method")
    method = one_of("method", task.options.method, G_METHODS)
    known = present(as_counts(task.base))
    given = task.options.center
    if given is None:
        refuse_constant(known)
    mean = float(known.mean()) if given is None else given
    result = g_chart(task.points, mean, rules=task.rules, method=method)
    phase = _law_phase(geometric(mean), known, given=given is not None)
    return replace(result, phase=phase | {"law": "geometric", "method": method})


def evaluate_t(task: Task) -> ChartResult:
    """Times between events."""
    task.options.refuse_others("t", "method", "estimator")
    method = one_of("method", task.options.method, T_METHODS)
    base = as_amounts(task.base)
    if method == "nelson":
        baseline = measured_baseline(transformed(base), task.options)
        result = t_chart(task.points, baseline, rules=task.rules)
        words = f"times to the power 1/3.6 (Nelson), {baseline.method}"
        return replace(result, phase=baseline.to_dict() | {"method": words})
    task.options.refuse_others(f"t ({method})", "method")
    law, known = _time_law(base, method)
    result = weibull_t_chart(task.points, law, rules=task.rules)
    return replace(result, phase=_law_phase(law, known) | {"method": f"fitted {law.name} law"})


def _time_law(base: FloatArray, method: str) -> tuple[Weibull, FloatArray]:
    known = present(base)
    refuse_constant(known)
    if method == "exponential":
        return Weibull.fit_exponential(known), known
    if known.min() == 0:
        raise ValuesError(
            f"values[{int(np.flatnonzero(base == 0)[0])}] is 0, which no Weibull law allows; use the "
            "method nelson, or a finer unit of time"
        )
    return Weibull.fit(known), known


def evaluate_count_ewma(task: Task) -> ChartResult:
    """EWMA of counts: the law gives sigma (Borror, Champ and Rigdon 1998), no limit lies below 0."""
    options = task.options
    options.refuse_others("ewma", "center", "smoothing", "width", "law")
    law, known, given = _count_law(task, options.law or "poisson")
    smoothing = DEFAULT_SMOOTHING if options.smoothing is None else options.smoothing
    width = DEFAULT_WIDTH if options.width is None else options.width
    baseline = Baseline(law.mean, law.sigma, law.name, known.size, np.inf, 0, task.base.size - 1)
    points = as_counts(task.points)
    result = ewma_chart(points, baseline, smoothing=smoothing, width=width, rules=task.rules)
    panel = replace(result.panels[0], lcl=np.maximum(result.panels[0].lcl, 0.0))
    phase = _law_phase(law, known, given=given) | {"smoothing": smoothing, "width": width}
    return replace(result, panels=(panel,), phase=phase)


def evaluate_count_cusum(task: Task) -> ChartResult:
    """CUSUM of counts: k by Lucas, h for an in-control run length, both computed unless given."""
    options = task.options
    options.refuse_others(
        "cusum", "center", "slack", "decision", "head_start", "law", "detect", "arl"
    )
    law, known, given = _count_law(task, options.law or "poisson")
    arl = DEFAULT_ARL if options.arl is None else options.arl
    check_run_length(arl)
    # One standard deviation up is the shift that the CUSUM of measurements looks for, too.
    detect = law.mean + law.sigma if options.detect is None else options.detect
    sides: tuple[CountCusum, ...]
    if options.slack is not None or options.decision is not None:
        sides = (_given_side(law, options, detect),)
    elif options.detect is not None:
        sides = (_one_side(law, detect, arl),)
    else:
        sides = _both_sides(law, detect, arl)
    result = count_cusum_chart(
        task.points, law, sides, head_start=options.head_start or 0.0, rules=task.rules
    )
    settings: JsonDict = {
        "sides": [
            {"upper": side.upper, "slack": side.slack, "decision": side.decision} for side in sides
        ],
        "head_start": options.head_start or 0.0,
        "detect": detect,
    }
    return replace(result, phase=_law_phase(law, known, given=given) | settings)


def _given_side(law: NegativeBinomial, options: ChartOptions, detect: float) -> CountCusum:
    if options.decision is None:
        raise ChartError("k is given without h; give both, or neither to have them computed")
    slack = reference_value(law, detect) if options.slack is None else options.slack
    return CountCusum(slack, options.decision, upper=detect > law.mean)


@lru_cache(maxsize=32)
def _one_side(law: NegativeBinomial, detect: float, arl: float) -> CountCusum:
    return design(law, detect, arl=arl)


# A replay of false alarms evaluates the same baseline again after each alarm.
@lru_cache(maxsize=32)
def _both_sides(law: NegativeBinomial, detect: float, arl: float) -> tuple[CountCusum, ...]:
    """Both sides with half of the false alarms each, the lower one where there is room for it."""
    try:
        lower = design(law, law.mean**2 / detect, arl=2 * arl)
    except ChartError:
        return (design(law, detect, arl=arl),)
    return (design(law, detect, arl=2 * arl), lower)


def _count_law(task: Task, law: str) -> tuple[NegativeBinomial, FloatArray, bool]:
    """Law of the counts, the counts of the baseline, and whether the mean was given."""
    known = present(as_counts(task.base))
    given = task.options.center
    if given is not None:
        if not (given > 0 and np.isfinite(given)):
            raise ChartError(f"the mean of a c chart must be finite and above 0, but got {given}")
        return NegativeBinomial(mean=given, dispersion=_dispersion(known, law)), known, True
    refuse_constant(known)
    fit = NegativeBinomial.fit if law == "nb" else NegativeBinomial.fit_poisson
    return fit(known), known, False


def _dispersion(known: FloatArray, law: str) -> float:
    return NegativeBinomial.fit(known).dispersion if law == "nb" and known.any() else 0.0


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


def gaps_in_control(base: FloatArray, options: ChartOptions) -> Draw:
    """Draw opportunities between events that come at random, as the geometric law has them."""
    mean = float(present(base).mean()) if options.center is None else options.center
    return SeriesModel(geometric(mean)).draw


def times_in_control(base: FloatArray, _options: ChartOptions) -> Draw:
    """Draw times like those of the baseline: Weibull, exponential where a time is 0."""
    known = present(base)
    law = Weibull.fit(known) if known.min() > 0 else Weibull.fit_exponential(known)
    return SeriesModel(law).draw
