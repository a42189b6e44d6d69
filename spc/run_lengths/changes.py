"""What a process does when it goes out of control: a shift by sigmas, or larger by a factor."""

import math
from dataclasses import dataclass, replace

from spc.errors import ChartError
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal


@dataclass(frozen=True, slots=True)
class Change:
    """A lasting change of the mean.

    Attributes
    ----------
    sigmas : added to the mean, in standard deviations of the process in control.
    factor : by which the mean is multiplied first; 2 is a doubling.

    """

    sigmas: float = 0.0
    factor: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.sigmas) and math.isfinite(self.factor) and self.factor > 0):
            raise ChartError(
                f"a change has finite sigmas and a factor above 0, but got {self.sigmas} and "
                f"{self.factor}"
            )

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return self.sigmas == 0 and self.factor == 1

    @property
    def in_words(self) -> str:
        """The change as an engineer says it."""
        if self.is_none:
            return "no change"
        if self.sigmas == 0:
            return "a doubling" if self.factor == 2 else f"a change of the mean × {self.factor:g}"
        shift = f"a shift of {self.sigmas:g} sigma"
        return shift if self.factor == 1 else f"{shift} after the mean × {self.factor:g}"


NO_CHANGE = Change()
ONE_SIGMA = Change(sigmas=1.0)
DOUBLING = Change(factor=2.0)


def mean_of(law: Law) -> float:
    """Return the mean of a law; `center` of a law with zeros is its median.

    Examples
    --------
    >>> mean_of(ZeroLognormal(zero_share=0.5, log_mean=0.0, log_sigma=1e-9))
    0.5

    """
    if isinstance(law, ZeroLognormal):
        return (1 - law.zero_share) * math.exp(law.log_mean + law.log_sigma**2 / 2)
    return law.center


def changed(law: Law, change: Change) -> Law:
    """Return the law after `change`.

    The mean of a normal law moves and its sigma stays; the mean of counts moves and their dispersion
    stays; sizes are all multiplied and the share of zeros stays.

    Raises
    ------
    ChartError
        Counts or sizes would come to a mean of 0 or below, or the law cannot be changed so.

    Examples
    --------
    >>> changed(Normal(10.0, 2.0), Change(sigmas=1.0)).mean
    12.0
    >>> changed(NegativeBinomial(5.0, 0.2), DOUBLING).mean
    10.0

    """
    if change.is_none:
        return law
    mean = mean_of(law) * change.factor + change.sigmas * law.sigma
    if isinstance(law, Normal):
        return replace(law, mean=mean)
    if mean <= 0:
        raise ChartError(
            f"{change.in_words} takes the mean {mean_of(law):g} to {mean:g}; counts and sizes have "
            "a mean above 0"
        )
    if isinstance(law, NegativeBinomial):
        return replace(law, mean=mean)
    if isinstance(law, ZeroLognormal):
        return replace(law, log_mean=law.log_mean + math.log(mean / mean_of(law)))
    raise ChartError(f"a {law.name} law has no known change of its mean")
