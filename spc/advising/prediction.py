"""Future points of a process in control, as a baseline allows them to be.

Centre, spread and autocorrelation are drawn anew for every future from what the baseline leaves
open (`spc.level_model`), so what a chart costs on these futures holds the error of its limits.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtr

from spc.arrays import FloatArray
from spc.laws.law import Law
from spc.level_model import LevelFit, fit_level
from spc.moments import own_scores
from spc.simulation import LONGEST


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Futures of one baseline on the z scale of its law.

    Examples
    --------
    >>> from spc.laws.normal import Normal
    >>> baseline = np.random.default_rng(1).normal(10, 2, size=200)
    >>> futures = Prediction.of(baseline, Normal.fit(baseline))
    >>> z = futures.draw(np.random.default_rng(2), replays=500, points=50)
    >>> z.shape, bool(abs(z.mean()) < 0.05), bool(0.95 < z.std() < 1.1)
    ((500, 50), True, True)

    """

    law: Law
    level: LevelFit
    middle: float
    spread: float
    gaps: FloatArray | None = None

    @classmethod
    def of(cls, baseline: FloatArray, law: Law, *, gaps: FloatArray | None = None) -> Self:
        """Learn from the baseline, shape (n,), oldest first; NaN is missing.

        `gaps`, shape (n − 1,), are the lags between the values where memory fades with time.
        """
        # Zeros and counts share one z each, so z values vary less than the normal number behind
        # them: without this the futures would have too light a tail.
        scores = own_scores(law)
        lags = None if gaps is None else gaps[1 - LONGEST :]
        level = fit_level(law.z(baseline[-LONGEST:]), gaps=lags)
        return cls(law, level, float(scores.mean()), float(scores.std()), lags)

    def draw(self, random: np.random.Generator, *, replays: int, points: int) -> FloatArray:
        """Return normal numbers behind the values, shape (replays, points): level plus noise."""
        level = self.level
        model = random.choice(level.weight.size, size=replays, p=level.weight)
        freedom = level.n - 1
        sigma = level.sigma[model] * np.sqrt(freedom / random.chisquare(freedom, size=replays))
        error = sigma / np.sqrt(level.information[model])
        mean = level.mean[model] + error * random.normal(size=replays)
        share, decay = level.share[model, None], level.decay[model, None]
        noise = np.sqrt(1 - share) * random.normal(size=(replays, points))
        wander = (
            _slow_levels(random, decay[:, 0], points)
            if self.gaps is None
            else _levels_in_time(random, decay[:, 0], points, self.gaps)
        )
        z: FloatArray = mean[:, None] + sigma[:, None] * (np.sqrt(share) * wander + noise)
        return (z - self.middle) / self.spread

    def values(self, z: FloatArray) -> FloatArray:
        """Return the values, in the unit of the baseline, that have these z values."""
        return self.law.quantile(ndtr(z))


def _slow_levels(random: np.random.Generator, decay: FloatArray, points: int) -> FloatArray:
    """Return AR(1) series of variance 1, one row for each decay."""
    levels = np.empty((decay.size, points))
    for row, kept in enumerate(decay.tolist()):
        steps = math.sqrt(1 - kept**2) * random.normal(size=points)
        steps[0] = random.normal()
        levels[row] = lfilter([1.0], [1.0, -kept], steps)
    return levels


def _levels_in_time(
    random: np.random.Generator, decay: FloatArray, points: int, gaps: FloatArray
) -> FloatArray:
    """As `_slow_levels`, but fading with time; the gaps are those of the baseline from a random one on."""
    starts = random.integers(gaps.size, size=decay.size)
    levels = np.empty((decay.size, points))
    levels[:, 0] = random.normal(size=decay.size)
    for point in range(1, points):
        kept = decay ** gaps[(starts + point) % gaps.size]
        steps = np.sqrt(1 - kept**2) * random.normal(size=decay.size)
        levels[:, point] = kept * levels[:, point - 1] + steps
    return levels
