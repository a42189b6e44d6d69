"""How many of the defects that reviewers judged were none, and how sure that is."""

import math
from dataclasses import dataclass
from typing import Final

# Two-sided 95 % of the normal distribution.
Z95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was said of some defects.

    Attributes
    ----------
    reviewed
        Defects of the model with a verdict; `false_calls` are among them.
    missed
        Defects that reviewers drew; the model knows nothing of them.

    """

    reviewed: int = 0
    false_calls: int = 0
    missed: int = 0

    @property
    def rate(self) -> float | None:
        """The share of false calls, 0..1; None where nothing was reviewed."""
        return self.false_calls / self.reviewed if self.reviewed else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the rate, 0..1."""
        return wilson_interval(self.false_calls, self.reviewed)


def wilson_interval(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Return the score interval of a share: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.

    Parameters
    ----------
    hits
        0 to `n`.
    n
        0 gives (0, 1): nothing is known.

    Examples
    --------
    >>> [round(end, 4) for end in wilson_interval(0, 20)]
    [0.0, 0.1611]

    """
    if n == 0:
        return 0.0, 1.0
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
