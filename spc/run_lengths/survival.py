"""The law of a run length: probabilities of no signal yet, followed by a geometric tail.

After some points every chart here forgets how it started: the chance to signal at the next point,
given none so far, becomes constant. So a short list of survival probabilities and that constant
hold the whole law, however long the runs are, without solving a linear system.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from spc.arrays import FloatArray
from spc.errors import ChartError

Advance = Callable[[FloatArray], FloatArray]

RELATIVE = 1e-11
# Rounding of a sum of probabilities near 1; a hazard cannot settle any closer than this.
_ROUNDING = 1e-15
_STEADY_STEPS = 20
_LONGEST = 50_000
_GONE = 1e-15


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """Probabilities of no signal within n points.

    Attributes
    ----------
    share : shape (t + 1,)
        P(N > n) for n = 0 … t; the first is 1.
    hazard : probability of a signal at each point beyond t, given none before; 0 where there never
        is one.

    Examples
    --------
    >>> coin = Survival(np.ones(1), 0.5)
    >>> coin.mean, round(coin.deviation, 3), coin.quantile(0.5)
    (2.0, 1.414, 1)

    """

    share: FloatArray
    hazard: float

    @property
    def is_endless(self) -> bool:
        """Whether some runs never end: the chart cannot signal, or too rarely to be told from it."""
        return self.hazard <= 0

    @property
    def mean(self) -> float:
        """Average run length; infinite where the chart cannot signal."""
        if self.is_endless:
            return math.inf
        return float(self.share[:-1].sum() + self.share[-1] / self.hazard)

    @property
    def deviation(self) -> float:
        """Standard deviation of the run length."""
        t = self.share.size - 1
        odd = 2 * np.arange(t) + 1
        tail = (2 * t + 1) / self.hazard + 2 * (1 - self.hazard) / self.hazard**2
        square = float(odd @ self.share[:-1] + self.share[-1] * tail)
        return math.sqrt(max(square - self.mean**2, 0.0))

    def quantile(self, probability: float) -> int:
        """Return the smallest n within which the chart signals with at least `probability`."""
        left = 1 - probability
        if self.share[-1] <= left:
            return int(np.argmax(self.share <= left))
        t = self.share.size - 1
        if self.hazard >= 1:
            return t + 1
        # Rounding must not turn an exact power into one step more.
        steps = math.log(left / self.share[-1]) / math.log1p(-self.hazard)
        return t + max(math.ceil(steps - 1e-9), 1)

    @classmethod
    def geometric(cls, hazard: float) -> Self:
        """Return the law of a chart without memory."""
        return cls(np.ones(1), hazard)


def chain_survival(
    first: FloatArray, advance: Advance, *, before: FloatArray, relative: float = RELATIVE
) -> Survival:
    """Follow a Markov chain from point to point until its hazard has settled.

    Parameters
    ----------
    first : any shape
        Probabilities of the states after the point that follows `before`, no signal so far.
    advance : takes such probabilities one point further; what is lost has signalled. Linear.
    before : shape (t + 1,)
        P(N > n) up to the point before `first`; only 1 where the chain starts at the first point.
    relative : precision to which the hazard settles.

    Raises
    ------
    ChartError
        The hazard does not settle.

    """
    survival, _state = settle(first, advance, before=before, relative=relative)
    return survival


def settle(
    first: FloatArray, advance: Advance, *, before: FloatArray, relative: float = RELATIVE
) -> tuple[Survival, FloatArray]:
    """As `chain_survival`, and the states' probabilities given that there was no signal for long."""
    shares = before.tolist()
    left = float(shares[-1])
    state, hazards = first / left, []
    previous = np.zeros_like(first)
    while True:
        kept = float(state.sum())
        hazards.append(max(1 - kept, 0.0))
        left *= kept
        shares.append(left)
        if left < _GONE:
            return Survival(np.array(shares), max(hazards[-1], _GONE)), state
        earlier, state = previous, state / kept
        previous = state
        # A chart that cannot signal yet has a steady hazard of 0, so its states must be steady too.
        if _settled(hazards, relative) and float(np.abs(state - earlier).sum()) < 10 * relative:
            return Survival(np.array(shares), float(np.mean(hazards[-_STEADY_STEPS:]))), state
        if len(hazards) > _LONGEST:
            raise ChartError(
                f"the run length did not settle within {_LONGEST} points; the values remember "
                "too long for it"
            )
        state = advance(state)


def quasi_stationary(first: FloatArray, advance: Advance) -> FloatArray:
    """Return the states' probabilities of a chart that has run for long without a signal."""
    _survival, state = settle(first, advance, before=np.ones(1))
    return state


def _settled(hazards: list[float], relative: float) -> bool:
    """Whether the last hazards are equal; a chain may oscillate, so several are compared."""
    if len(hazards) <= _STEADY_STEPS:
        return False
    newest = hazards[-1]
    tolerance = max(relative * newest, _ROUNDING)
    return all(abs(one - newest) <= tolerance for one in hazards[-1 - _STEADY_STEPS : -1])
