"""Simulated futures of counts over opportunities, and limits of their combined chart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtr

from spc.advising.costs import ChartCost, cost_of
from spc.advising.design import (
    AVERAGE_SHARE,
    AVERAGE_SMOOTHING,
    BURN_IN,
    LEVEL_SMOOTHING,
    POINTS,
    REPLAYS,
    RESIDUAL_SHARE,
    VALUE_SHARE,
    refuse_budget,
)
from spc.advising.prediction import Prediction
from spc.arrays import BoolArray, FloatArray
from spc.combined import residuals, running_averages
from spc.combined_rates import CombinedRateLimits
from spc.laws.normal import Normal
from spc.laws.rates import RateLaw
from spc.level_model import LevelFit

_SEED_OF_CHANCES = 5


@dataclass(frozen=True, slots=True, eq=False)
class RateSeries:
    """Counts, opportunities and scores of many series, each of shape (replays, points)."""

    found: FloatArray
    chances: FloatArray
    z: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RateFutures:
    """Simulated futures of a baseline; the first `burn_in` points count for nothing.

    Attributes
    ----------
    law, level : that they follow.
    quiet : in control.
    one_sigma, doubling : from the end of the burn-in on the score of every point is larger by 1, or
        its count twice as large (items: at most all of them).

    """

    law: RateLaw
    level: LevelFit
    quiet: RateSeries
    one_sigma: RateSeries
    doubling: RateSeries
    burn_in: int

    @classmethod
    def of(cls, law: RateLaw, level: LevelFit, chances: FloatArray, *, seed: int = 20) -> Self:
        """Draw 400 futures of 400 points; opportunities are those of the baseline, at random.

        Parameters
        ----------
        law : of the counts
        level : of their scores
        chances : shape (n,), opportunities of the baseline

        """
        middle, spread = law.own_scores(chances)
        prediction = Prediction(Normal(0.0, 1.0), level, middle, spread)
        drawn = prediction.draw(
            np.random.default_rng(seed), replays=REPLAYS, points=POINTS + BURN_IN
        )
        own = np.random.default_rng([seed, _SEED_OF_CHANCES]).choice(chances, drawn.shape)
        found = law.quantile(ndtr(drawn), own)
        quiet = RateSeries(found, own, law.z(found, own))

        def after(shifted: FloatArray) -> RateSeries:
            counts = found.copy()
            counts[:, BURN_IN:] = shifted[:, BURN_IN:]
            return RateSeries(counts, own, law.z(counts, own))

        doubled = np.minimum(2 * found, own) if law.items else 2 * found
        moved = law.quantile(ndtr(quiet.z + 1), own)
        return cls(law, level, quiet, after(moved), after(doubled), BURN_IN)

    def cost(self, flags: Callable[[RateSeries], BoolArray]) -> ChartCost:
        """Count what a chart flags."""
        quiet, one_sigma, doubling = (
            flags(series)[:, self.burn_in :]
            for series in (self.quiet, self.one_sigma, self.doubling)
        )
        return cost_of(quiet, one_sigma=one_sigma, doubling=doubling)


def design_combined_rates(futures: RateFutures, *, budget: float) -> CombinedRateLimits:
    """Place the limits so that all panels together flag at most `budget` of the points in control.

    Raises
    ------
    ChartError
        The budget is out of range.

    """
    refuse_budget(budget)
    z, center, start = futures.quiet.z, futures.level.center, futures.burn_in
    residual = residuals(z - center, LEVEL_SMOOTHING)[:, start:]
    average = running_averages(z - center, AVERAGE_SMOOTHING)[:, start:]
    value = np.quantile(z[:, start:], 1 - budget * VALUE_SHARE, method="inverted_cdf")
    return CombinedRateLimits(
        law=futures.law,
        center=center,
        level_smoothing=LEVEL_SMOOTHING,
        average_smoothing=AVERAGE_SMOOTHING,
        value=float(value),
        residual=float(np.quantile(residual, 1 - budget * RESIDUAL_SHARE)),
        average=float(np.quantile(np.abs(average), 1 - budget * AVERAGE_SHARE)),
    )
