"""Combined chart of counts over opportunities: the rate, its surprise and the running average.

As `spc.combined` for single values; a point's score z comes from the law at its own opportunities,
so points of different size are compared fairly and the limits of the rate differ from point to point.
"""

from dataclasses import dataclass

import numpy as np

from spc.arrays import BoolArray, FloatArray
from spc.combined import moving_panels, residuals, running_averages
from spc.laws.rates import RateLaw
from spc.patterns import excursion_signals, in_order, panel_signals
from spc.rate_law_chart import rate_panel
from spc.result import ChartResult, JsonDict
from spc.rules import RUNNING_AVERAGE_RULE, rule_set


@dataclass(frozen=True, slots=True)
class CombinedRateLimits:
    """Frozen limits of a combined chart of counts over opportunities; defects have no lower ones.

    Attributes
    ----------
    law : of the counts.
    center : of the scores.
    level_smoothing, average_smoothing : as `spc.combined.CombinedLimits`.
    value, residual, average : distance of the upper limits from 0, as scores.

    """

    law: RateLaw
    center: float
    level_smoothing: float
    average_smoothing: float
    value: float
    residual: float
    average: float

    def to_dict(self) -> JsonDict:
        """Return the numbers by name, JSON-safe."""
        return {
            "law": self.law.name,
            "parameters": dict(self.law.parameters()),
            "z_center": self.center,
            "level_smoothing": self.level_smoothing,
            "average_smoothing": self.average_smoothing,
            "value_limit": self.value,
            "residual_limit": self.residual,
            "average_limit": self.average,
        }


def combined_rate_chart(points: FloatArray, limits: CombinedRateLimits) -> ChartResult:
    """Evaluate a combined chart over `points`, oldest first.

    Parameters
    ----------
    points : shape (n, 2)
        Count and opportunities; a missing point has no value on any panel.
    limits : frozen, from `spc.advising.rate_design`

    Examples
    --------
    >>> limits = CombinedRateLimits(RateLaw(2.0, items=False), 0.0, 0.2, 0.05, 3.0, 3.5, 0.8)
    >>> result = combined_rate_chart(np.array([[8.0, 4.0], [2.0, 1.0], [9.0, 1.0]]), limits)
    >>> [(signal.index, signal.panel) for signal in result.signals]
    [(2, 'rate'), (2, 'residual')]

    """
    law = limits.law
    z = law.z(points[:, 0], points[:, 1]) - limits.center
    rate = rate_panel(points, law, lower=None, upper=law.largest_within(points[:, 1], limits.value))
    residual, average = moving_panels(
        z,
        level_smoothing=limits.level_smoothing,
        average_smoothing=limits.average_smoothing,
        residual_limit=limits.residual,
        average_limit=limits.average,
        both_sides=False,
    )
    outside = rule_set("beyond-limits")
    return ChartResult(
        chart="combined",
        rules="beyond-limits",
        estimator=law.name,
        center=law.center,
        sigma=None,
        panels=(rate, residual, average),
        signals=in_order(
            panel_signals(rate, outside),
            panel_signals(residual, outside),
            excursion_signals(average, RUNNING_AVERAGE_RULE),
        ),
        phase=limits.to_dict(),
    )


def flagged_rates(z: FloatArray, limits: CombinedRateLimits) -> BoolArray:
    """Tell where the chart has a point outside, for scores of many series (series, n)."""
    centred = z - limits.center
    residual = residuals(centred, limits.level_smoothing)
    average = running_averages(centred, limits.average_smoothing)
    return np.asarray(
        (z > limits.value) | (residual > limits.residual) | (np.abs(average) > limits.average)
    )
