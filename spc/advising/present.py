"""Where the level stands now, after the baseline, and what that means for the limits in use.

Frozen limits find a worsening against the baseline. Where the process has become better since, a
worsening from the level of today has farther to go, and is found later than the advice on the
baseline says. So the delay is stated again for the level of today, and where the level is lower with
some certainty, and known from enough parts, a new phase is proposed.
"""

import math
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from scipy.special import ndtr

from spc.advising.costs import chart_cost
from spc.advising.design import Futures
from spc.advising.prediction import Prediction
from spc.arrays import BoolArray, FloatArray, present
from spc.combined import CombinedLimits, flagged_above
from spc.level_model import LevelFit, fit_level
from spc.result import JsonDict
from spc.simulation import LONGEST

FEWEST_SINCE = 100
"""Points after the baseline from which its level is compared; as many as limits are proposed from."""

_CERTAIN = 0.95


@dataclass(frozen=True, slots=True)
class PresentLevel:
    """The level since the baseline, in z of the baseline's law.

    Attributes
    ----------
    n : points since.
    before, now : level of the baseline and since.
    probability_lower : that the level is lower now, the error of both allowed for.
    new_phase : whether a new phase is proposed.
    delay_one_sigma, delay_doubling : median delays from the level of now with the limits in use; None
        where more than half are not seen in `horizon` points.

    """

    n: int
    before: float
    now: float
    probability_lower: float
    new_phase: bool
    delay_one_sigma: float | None
    delay_doubling: float | None
    horizon: int

    def to_dict(self) -> JsonDict:
        """Return JSON-safe fields."""
        return asdict(self)

    @property
    def in_words(self) -> str:
        """What an engineer should know, in sentences."""
        found = (
            f"within {self.delay_doubling:.0f} points"
            if self.delay_doubling is not None
            else f"after more than {self.horizon} points"
        )
        words = (
            f"The {self.n} points since the baseline lie {abs(self.now - self.before):.2f} sigma "
            f"{'below' if self.now < self.before else 'above'} it; from there these limits find a "
            f"doubling {found} (median)."
        )
        if not self.new_phase:
            return words
        return (
            f"{words} The level is lower with a probability of {100 * self.probability_lower:.0f} %: "
            "begin a new phase with these points as its baseline, so that limits fit the better "
            "process."
        )


def present_level(
    limits: CombinedLimits, baseline: FloatArray, since: FloatArray, *, seed: int = 20
) -> PresentLevel | None:
    """Compare the level since the baseline with that of the baseline.

    Parameters
    ----------
    limits : in use, learnt from `baseline`
    baseline, since : shape (n,), values, oldest first; NaN is missing.
    seed : of the simulated futures

    Returns
    -------
    PresentLevel, or None with fewer than `FEWEST_SINCE` points since, or points that do not vary

    Examples
    --------
    >>> from spc.advising.series import advise_series
    >>> random = np.random.default_rng(3)
    >>> before, after = random.poisson(6.0, 200) * 1.0, random.poisson(3.0, 150) * 1.0
    >>> found = present_level(advise_series(before).limits, before, after)
    >>> found.new_phase, found.now < found.before
    (True, True)

    """
    known = present(since)
    if known.size < FEWEST_SINCE or np.ptp(known) == 0:
        return None
    law = limits.law
    then = fit_level(law.z(baseline[-LONGEST:]))
    prediction = Prediction.of(since, law)
    now = prediction.level
    # A level that is lower may signal as such all the time; a worsening shows above.
    cost = chart_cost(partial(_above, limits), Futures.of(prediction, seed=seed))
    lower = probability_lower(then, now)
    return PresentLevel(
        n=known.size,
        before=then.center,
        now=now.center,
        probability_lower=lower,
        new_phase=lower >= _CERTAIN,
        delay_one_sigma=cost.delay_one_sigma,
        delay_doubling=cost.delay_doubling,
        horizon=cost.horizon,
    )


def _above(limits: CombinedLimits, values: FloatArray, z: FloatArray) -> BoolArray:
    return flagged_above(values, z, limits)


def probability_lower(then: LevelFit, now: LevelFit) -> float:
    """Probability that the mean of `now` lies below that of `then`, the error of both allowed for."""
    distance = then.center - now.center
    return float(ndtr(distance / math.hypot(_error(then), _error(now))))


def _error(level: LevelFit) -> float:
    """Standard deviation of the mean over the models and within them."""
    within = level.sigma**2 / level.information
    between = (level.mean - level.center) ** 2
    return math.sqrt(float(level.weight @ (within + between)))
