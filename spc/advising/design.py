"""Limits of a combined chart that keep a false-alarm budget on data like the baseline."""

from dataclasses import dataclass

import numpy as np

from spc.advising.prediction import Prediction
from spc.arrays import FloatArray
from spc.combined import CombinedLimits, predicted_values, residuals, running_averages
from spc.errors import ChartError

DEFAULT_BUDGET = 1 / 200
"""Share of points in control that a combined chart flags; a lasting excursion flags several."""
SMALLEST_BUDGET = 1e-4

# Neighbours within some five parts share a level, a lasting shift shows within some twenty. On real
# series a doubling shows first as a jump, so residuals get most of the budget.
LEVEL_SMOOTHING, AVERAGE_SMOOTHING = 0.2, 0.05
VALUE_SHARE, RESIDUAL_SHARE, AVERAGE_SHARE = 0.25, 0.6, 0.15

REPLAYS, POINTS, BURN_IN = 400, 400, 60


@dataclass(frozen=True, slots=True, eq=False)
class Futures:
    """Simulated futures of a baseline: z values and values, shape (replays, points).

    The first `burn_in` points fill the running average and count for nothing.
    """

    prediction: Prediction
    z: FloatArray
    values: FloatArray
    burn_in: int

    @classmethod
    def of(cls, prediction: Prediction, *, seed: int = 20) -> "Futures":
        """Draw 400 futures of 400 points; the same seed gives the same futures."""
        drawn = prediction.draw(
            np.random.default_rng(seed), replays=REPLAYS, points=POINTS + BURN_IN
        )
        values = predicted_values(prediction.law, drawn)
        # A discrete law knows the count only, not the z it was drawn from.
        z = prediction.law.z(values.ravel()).reshape(values.shape)
        return cls(prediction, z, values, BURN_IN)


def design_combined(
    futures: Futures, *, both_sides: bool, budget: float = DEFAULT_BUDGET
) -> CombinedLimits:
    """Place the limits so that all panels together flag at most `budget` of the points in control.

    A quarter goes to the value, 60 % to the residual, 15 % to the running average.

    Parameters
    ----------
    futures : of the baseline
    both_sides : limits below, too; defects have none, fewer of them are no alarm.
    budget : in [1e-4, 0.1], share of points in control that any panel flags.

    Raises
    ------
    ChartError
        The budget is out of range.

    """
    refuse_budget(budget)
    center = futures.prediction.level.center
    values = futures.values[:, futures.burn_in :]
    residual = residuals(futures.z - center, LEVEL_SMOOTHING)[:, futures.burn_in :]
    average = running_averages(futures.z - center, AVERAGE_SMOOTHING)[:, futures.burn_in :]
    tail = budget * VALUE_SHARE / (2 if both_sides else 1)
    surprise = np.abs(residual) if both_sides else residual
    return CombinedLimits(
        law=futures.prediction.law,
        center=center,
        level_smoothing=LEVEL_SMOOTHING,
        average_smoothing=AVERAGE_SMOOTHING,
        # Observed values, so that no more than the share lies beyond: right for counts, too.
        lcl=float(np.quantile(values, tail, method="higher")) if both_sides else None,
        ucl=float(np.quantile(values, 1 - tail, method="inverted_cdf")),
        residual=float(np.quantile(surprise, 1 - budget * RESIDUAL_SHARE)),
        average=float(np.quantile(np.abs(average), 1 - budget * AVERAGE_SHARE)),
    )


def refuse_budget(budget: float) -> None:
    """Refuse a budget out of range.

    Raises
    ------
    ChartError
        It is not in [1e-4, 0.1].

    """
    if not SMALLEST_BUDGET <= budget <= 0.1:
        raise ChartError(
            f"the budget must be in [{SMALLEST_BUDGET:g}, 0.1] flagged points per point, "
            f"but got {budget:g}"
        )
