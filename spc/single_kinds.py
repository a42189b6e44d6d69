"""Chart kinds of single measurements: how each learns limits from a baseline and evaluates points."""

from dataclasses import replace

import numpy as np

from spc.arma import ORDERS, Arma, fit_arma
from spc.arrays import FloatArray, present
from spc.baseline import FEWEST_FOR_FIRM_LIMITS, Baseline, refuse_constant
from spc.cusum import DEFAULT_DECISION, DEFAULT_SLACK, cusum_chart
from spc.errors import ChartError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH, ewma_chart
from spc.false_alarms import Draw
from spc.imr import imr_chart
from spc.laws.normal import Normal
from spc.moving_average import DEFAULT_SPAN, moving_average_chart
from spc.options import ChartOptions, measured_baseline, one_of
from spc.residual_chart import residual_chart
from spc.result import ChartResult, JsonDict
from spc.run_chart import run_chart
from spc.simulation import SeriesModel, fit_series
from spc.task import Task


def evaluate_imr(task: Task) -> ChartResult:
    """Individuals and moving range."""
    task.options.refuse_others("imr", "center", "sigma", "estimator")
    baseline = measured_baseline(task.base, task.options)
    return replace(imr_chart(task.points, baseline, rules=task.rules), phase=baseline.to_dict())


def evaluate_ma(task: Task) -> ChartResult:
    """Moving average; five values by default."""
    options = task.options
    options.refuse_others("ma", "center", "sigma", "estimator", "span", "width")
    baseline = measured_baseline(task.base, options)
    span = DEFAULT_SPAN if options.span is None else options.span
    width = 3.0 if options.width is None else options.width
    result = moving_average_chart(task.points, baseline, span=span, width=width, rules=task.rules)
    return replace(result, phase=baseline.to_dict() | {"span": span, "width": width})


def evaluate_ewma(task: Task) -> ChartResult:
    """EWMA of measurements; λ = .2 and L = 2.962 by default."""
    options = task.options
    options.refuse_others(
        "ewma", "center", "sigma", "estimator", "smoothing", "width", "law", "autocorrelation"
    )
    order = one_of("autocorrelation", options.autocorrelation, ORDERS)
    model: Arma | None = None
    if order == "none":
        baseline = measured_baseline(task.base, options)
    else:
        baseline, model = _correlated_baseline(task, order)
    smoothing = DEFAULT_SMOOTHING if options.smoothing is None else options.smoothing
    width = DEFAULT_WIDTH if options.width is None else options.width
    result = ewma_chart(
        task.points,
        baseline,
        smoothing=smoothing,
        width=width,
        rules=task.rules,
        correlation=model,
    )
    phase = baseline.to_dict() | {"smoothing": smoothing, "width": width}
    if model is not None:
        phase |= {"autocorrelation": order, "model": model.to_dict()}
    return replace(result, phase=phase)


def _correlated_baseline(task: Task, order: str) -> tuple[Baseline, Arma]:
    """Sigma of correlated values comes from their model: moving ranges would be far too small."""
    options = task.options
    if options.estimator is not None or options.sigma is not None:
        raise ChartError(
            "with autocorrelation sigma comes from the fitted model; leave sigma and estimator out"
        )
    model = fit_arma(task.base, order)
    if options.center is not None:
        model = replace(model, mean=options.center)
    baseline = Baseline(
        center=model.mean,
        sigma=model.total_sigma,
        estimator=order,
        n=model.n,
        degrees_of_freedom=float(model.n - 1),
        first=0,
        last=task.base.size - 1,
        method=f"mean and {order} model, exact maximum likelihood",
    )
    return baseline, model


def evaluate_residual(task: Task) -> ChartResult:
    """One-step residuals of an AR(1), or an ARMA(1,1) model."""
    options = task.options
    options.refuse_others("residual", "center", "autocorrelation")
    order = one_of("autocorrelation", options.autocorrelation, ("ar1", "arma11"))
    model = fit_arma(task.base, order)
    if options.center is not None:
        model = replace(model, mean=options.center)
    phase: JsonDict = {
        "points": model.n,
        "autocorrelation": order,
        "model": model.to_dict(),
        "kept_of_shift": model.kept_of_shift,
        "method": f"{order} model, exact maximum likelihood",
        "provisional": model.n < FEWEST_FOR_FIRM_LIMITS,
    }
    advice = (
        f"After its first point only {model.kept_of_shift:.0%} of a lasting shift is left in the "
        f"residuals; chart the level beside them: ewma with autocorrelation {order}."
    )
    result = residual_chart(task.points, model, rules=task.rules)
    return replace(result, phase=phase, advice=advice)


def evaluate_cusum(task: Task) -> ChartResult:
    """CUSUM of measurements; k = 1/2 and h = 5 by default."""
    options = task.options
    options.refuse_others(
        "cusum", "center", "sigma", "estimator", "slack", "decision", "head_start", "law"
    )
    baseline = measured_baseline(task.base, options)
    slack = DEFAULT_SLACK if options.slack is None else options.slack
    decision = DEFAULT_DECISION if options.decision is None else options.decision
    head_start = options.head_start or 0.0
    result = cusum_chart(
        task.points,
        baseline,
        slack=slack,
        decision=decision,
        head_start=head_start,
        rules=task.rules,
    )
    settings: JsonDict = {"slack": slack, "decision": decision, "head_start": head_start}
    return replace(result, phase=baseline.to_dict() | settings)


def evaluate_run(task: Task) -> ChartResult:
    """Run chart around the median of the baseline."""
    task.options.refuse_others("run", "center")
    known = present(task.base)
    refuse_constant(known)
    given = task.options.center
    median = float(np.median(known)) if given is None else given
    phase: JsonDict = {
        "points": known.size,
        "method": "median" if given is None else "given centre",
        "provisional": given is None and known.size < FEWEST_FOR_FIRM_LIMITS,
    }
    return replace(run_chart(task.points, median, rules=task.rules), phase=phase)


def series_in_control(base: FloatArray, options: ChartOptions) -> Draw:
    """Draw single values like those of the baseline, or as the given centre and sigma say."""
    if options.center is not None and options.sigma is not None:
        return SeriesModel(Normal(options.center, options.sigma)).draw
    return fit_series(base).draw
