"""Combined chart of single values: the value, its surprise and the running average, one budget.

Parts of one process resemble their neighbours: a slow level wanders under the noise from part to
part. Three panels look at such a series, each with its share of one false-alarm budget:

- the value, against a probability limit of its law, for single bad parts;
- the residual, z less the running average before it (a moving centre line), for jumps, which
  stand out from the level of the moment sooner than from that of the baseline;
- the running average of z, for a level that stays away from the baseline. A residual forgets a
  shift, so it is never charted without this panel.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtr

from spc.arrays import BoolArray, FloatArray
from spc.ewma import exponential_average
from spc.laws.law import Law
from spc.patterns import excursion_signals, in_order, panel_signals
from spc.result import ChartResult, JsonDict, Panel
from spc.rules import RUNNING_AVERAGE_RULE, rule_set


@dataclass(frozen=True, slots=True)
class CombinedLimits:
    """Frozen limits of a combined chart.

    Attributes
    ----------
    law : of the values.
    center : of the z values, which is 0 but for the autocorrelation's say in the mean.
    level_smoothing, average_smoothing : weight of the newest value (λ) in the level that residuals
        are taken from, and in the running average.
    lcl, ucl : of the values, in their unit; `lcl` is None for defects.
    residual, average : distance of those limits from 0, in z; residuals of defects have an upper
        limit only.

    """

    law: Law
    center: float
    level_smoothing: float
    average_smoothing: float
    lcl: float | None
    ucl: float
    residual: float
    average: float

    def to_dict(self) -> JsonDict:
        """Return the numbers by name, JSON-safe."""
        parameters: Mapping[str, float] = dict(self.law.parameters())
        return {
            "law": self.law.name,
            "parameters": dict(parameters),
            "z_center": self.center,
            "level_smoothing": self.level_smoothing,
            "average_smoothing": self.average_smoothing,
            "residual_limit": self.residual,
            "average_limit": self.average,
        }


def combined_chart(values: FloatArray, limits: CombinedLimits) -> ChartResult:
    """Evaluate a combined chart over `values`, oldest first.

    Parameters
    ----------
    values : shape (n,)
        In the unit of the law; NaN is missing: it has no value on any panel, and the running average
        carries on after it.
    limits : frozen, from `spc.advising.design`

    References
    ----------
    Lucas, J. M. and Saccucci, M. S. (1990). Technometrics 32(1), 1-12: Shewhart limits beside an
    EWMA. Montgomery, D. C. and Mastrangelo, C. M. (1991). J. Quality Technology 23(3), 179-193: the
    EWMA as moving centre line of autocorrelated data.

    Examples
    --------
    >>> from spc.laws.normal import Normal
    >>> limits = CombinedLimits(Normal(10.0, 1.0), 0.0, 0.2, 0.2, 6.8, 13.2, 3.6, 1.1)
    >>> result = combined_chart(np.array([10.0, 13.5, 12.0, 12.0]), limits)
    >>> [(signal.index, signal.panel) for signal in result.signals]
    [(1, 'individuals'), (3, 'running-average')]

    """
    law = limits.law
    moving = moving_panels(
        law.z(values) - limits.center,
        level_smoothing=limits.level_smoothing,
        average_smoothing=limits.average_smoothing,
        residual_limit=limits.residual,
        average_limit=limits.average,
        both_sides=limits.lcl is not None,
    )
    panels = (
        Panel.of_levels("individuals", values, law.center, limits.lcl, limits.ucl),
        *moving,
    )
    outside = rule_set("beyond-limits")
    return ChartResult(
        chart="combined",
        rules="beyond-limits",
        estimator=law.name,
        center=law.center,
        sigma=law.sigma if np.isfinite(law.sigma) else None,
        panels=panels,
        signals=in_order(
            panel_signals(panels[0], outside),
            panel_signals(panels[1], outside),
            excursion_signals(panels[2], RUNNING_AVERAGE_RULE),
        ),
        phase=limits.to_dict(),
    )


def moving_panels(
    z: FloatArray,
    *,
    level_smoothing: float,
    average_smoothing: float,
    residual_limit: float,
    average_limit: float,
    both_sides: bool,
) -> tuple[Panel, Panel]:
    """Panels of the residual and of the running average of centred z values, shape (n,)."""
    average = exponential_average(z, average_smoothing, start=0.0)
    level = exponential_average(z, level_smoothing, start=0.0)
    below = -residual_limit if both_sides else None
    return (
        Panel.of_levels("residual", z - _before(level), 0.0, below, residual_limit),
        Panel.of_levels("running-average", average, 0.0, -average_limit, average_limit),
    )


def running_averages(z: FloatArray, smoothing: float) -> FloatArray:
    """Return the running averages of many centred series at once, shape (series, n)."""
    return np.asarray(lfilter([smoothing], [1.0, smoothing - 1.0], z, axis=-1))


def residuals(z: FloatArray, smoothing: float) -> FloatArray:
    """Return each value less the level before it, of many centred series, shape (series, n)."""
    surprise = z.copy()
    surprise[..., 1:] -= running_averages(z, smoothing)[..., :-1]
    return surprise


def flagged_points(values: FloatArray, z: FloatArray, limits: CombinedLimits) -> BoolArray:
    """Tell where `combined_chart` has a point outside, for many series (series, n), none missing."""
    low = running_averages(z - limits.center, limits.average_smoothing) < -limits.average
    outside = flagged_above(values, z, limits) | low
    if limits.lcl is not None:
        residual = residuals(z - limits.center, limits.level_smoothing)
        outside |= (values < limits.lcl) | (residual < -limits.residual)
    return np.asarray(outside)


def flagged_above(values: FloatArray, z: FloatArray, limits: CombinedLimits) -> BoolArray:
    """As `flagged_points`, but above the upper limits only: what a worsening is found by."""
    residual = residuals(z - limits.center, limits.level_smoothing)
    average = running_averages(z - limits.center, limits.average_smoothing)
    return np.asarray(
        (values > limits.ucl) | (residual > limits.residual) | (average > limits.average)
    )


def predicted_values(law: Law, z: FloatArray) -> FloatArray:
    """Return the values, in the unit of the law, of z values of any shape."""
    return law.quantile(ndtr(z.ravel())).reshape(z.shape)


def _before(average: FloatArray) -> FloatArray:
    """The average that stood when each point came; 0 for the first."""
    known = ~np.isnan(average)
    newest = np.maximum.accumulate(np.where(known, np.arange(average.size), -1))
    before = np.concatenate([[-1], newest[:-1]])
    return np.where(before >= 0, average[before], 0.0)
