"""What a user may set on a chart, and the baseline of measurements that follows from it."""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from spc.arrays import FloatArray, present
from spc.baseline import Baseline, estimate_baseline
from spc.errors import ChartError, TooFewPointsError


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """Options of a chart; None is the default of its kind.

    Attributes
    ----------
    center, sigma : given instead of estimated, in the unit of the values.
    estimator : of sigma, for charts of measurements.
    smoothing, width : λ and L of the EWMA, moving-average and MEWMA charts.
    slack, decision, head_start : k, h and the first value of the CUSUM chart: in sigma, or in
        counts where `law` is one of counts. `decision` is also the limit of a MEWMA chart.
    span : points in a moving average.
    law : of the values of an EWMA or CUSUM chart: "normal", "poisson" or "nb".
    method : of a g or t chart.
    autocorrelation : that an EWMA or residual chart allows for: "none", "ar1" or "arma11".
    probability : of a false alarm at one point of a t2 chart.
    arl : in-control average run length that limits are computed for.
    detect : mean that a CUSUM of counts is to find.
    budget : share of points that a combined chart may flag in control.

    """

    center: float | None = None
    sigma: float | None = None
    estimator: str | None = None
    smoothing: float | None = None
    width: float | None = None
    slack: float | None = None
    decision: float | None = None
    head_start: float | None = None
    span: int | None = None
    law: str | None = None
    method: str | None = None
    autocorrelation: str | None = None
    probability: float | None = None
    arl: float | None = None
    detect: float | None = None
    budget: float | None = None

    def refuse_others(self, kind: str, *allowed: str) -> None:
        """Refuse options that the chart `kind` does not have.

        Raises
        ------
        ChartError
            An option outside `allowed` is set.

        Examples
        --------
        >>> ChartOptions(sigma=1.0).refuse_others("c", "center")
        Traceback (most recent call last):
        spc.errors.ChartError: a c chart takes no sigma; it takes: center

        """
        for field in dataclasses.fields(self):
            if getattr(self, field.name) is not None and field.name not in allowed:
                taken = f"it takes: {', '.join(allowed)}" if allowed else "leave it out"
                raise ChartError(f"a {kind} chart takes no {field.name}; {taken}")

    @property
    def given(self) -> bool:
        """Whether centre and sigma are both given, so that nothing is estimated."""
        return self.center is not None and self.sigma is not None


def one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> str:
    """Return `value`, or the first of `allowed` where it is None.

    Raises
    ------
    ChartError
        Another value; the message lists the accepted ones.

    Examples
    --------
    >>> one_of("method", None, ("nelson", "weibull"))
    'nelson'

    """
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise ChartError(f"{name} must be one of {', '.join(allowed)}, but got '{value}'")
    return value


def measured_baseline(
    base: FloatArray, options: ChartOptions, *, estimator: str = "mr"
) -> Baseline:
    """Return the baseline of single measurements, with what the options give in place of estimates.

    Parameters
    ----------
    base : shape (n,), NaN is missing
    options : given centre and sigma, and the estimator of sigma
    estimator : of sigma where the options name none

    Raises
    ------
    SpcError
        As `estimate_baseline`, where something has to be estimated.

    """
    if options.sigma is None:
        estimated = estimate_baseline(base, estimator=options.estimator or estimator)
        if options.center is None:
            return estimated
        return dataclasses.replace(
            estimated,
            center=options.center,
            method=estimated.method.replace("mean and", "given centre,"),
        )
    if options.estimator is not None:
        raise ChartError(
            f"sigma is given, so the estimator '{options.estimator}' has nothing to estimate"
        )
    known = present(base)
    if options.center is not None:
        return given_baseline(known.size, base.size, options)
    if known.size == 0:
        raise TooFewPointsError("every value of the baseline is missing, so there is no centre")
    centred = dataclasses.replace(options, center=float(np.mean(known)))
    return dataclasses.replace(
        given_baseline(known.size, base.size, centred), method="given sigma, mean"
    )


def given_baseline(n: int, length: int, options: ChartOptions) -> Baseline:
    """Return the baseline of a given centre and sigma.

    Raises
    ------
    BaselineError
        They are not given, not finite, or sigma is not above 0.

    """
    return Baseline(
        center=math.nan if options.center is None else options.center,
        sigma=math.nan if options.sigma is None else options.sigma,
        estimator="given",
        n=n,
        degrees_of_freedom=math.inf,
        first=0,
        last=length - 1,
        method="given centre and sigma",
    )
