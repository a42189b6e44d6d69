"""What every method of capability starts from, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from spc.arrays import FloatArray, present
from spc.capability.interval import NOTHING, Estimate
from spc.capability.specification import Specification
from spc.capability.tails import Tails


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many independent values a sample is worth, as shares of its size.

    Attributes
    ----------
    for_mean, for_sigma : in (0, 1]; 1 for independent values.

    """

    for_mean: float = 1.0
    for_sigma: float = 1.0


@dataclass(frozen=True, eq=False)
class Sample:
    """The values of one metric and what is asked of them.

    Attributes
    ----------
    values : shape (n,), oldest first; NaN is missing.
    groups : shape (subgroups, largest size), NaN is missing; None without subgroups.
    estimator : of sigma within; None is the usual one.
    confidence : of every interval.

    """

    values: FloatArray
    specification: Specification
    groups: FloatArray | None = None
    estimator: str | None = None
    confidence: float = 0.95
    evidence: Evidence = field(default_factory=Evidence)

    @cached_property
    def known(self) -> FloatArray:
        """The values that are not missing."""
        return present(self.values)

    @cached_property
    def mean(self) -> float:
        """Sample mean."""
        return float(self.known.mean())

    @cached_property
    def sigma(self) -> float:
        """Overall standard deviation s with n − 1 degrees of freedom."""
        return float(self.known.std(ddof=1))

    @property
    def worth(self) -> float:
        """Independent values that the sample is worth for its mean."""
        return self.known.size * self.evidence.for_mean

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the overall sigma."""
        return max((self.known.size - 1) * self.evidence.for_sigma, 1.0)

    @property
    def observed_share(self) -> float:
        """Share of the values beyond the limits."""
        low, high = self.specification.limits
        return float(np.mean((self.known < low) | (self.known > high)))

    def mapped(self, transform: Callable[[FloatArray], FloatArray]) -> "Sample":
        """Return the sample on another scale; `transform` rises."""
        limits = self.specification

        def of(value: float | None) -> float | None:
            return None if value is None else float(transform(np.array(value)))

        return replace(
            self,
            values=transform(self.values),
            groups=None if self.groups is None else transform(self.groups),
            specification=Specification(of(limits.lower), of(limits.upper), of(limits.target)),
        )


@dataclass(frozen=True, slots=True)
class Indices:
    """Indices from one estimate of sigma.

    Attributes
    ----------
    spread : Cp or Pp, the width of the specification over six sigma.
    worse : Cpk or Ppk, of the nearer limit; `lower` and `upper` are those of either limit.
    target : Cpm, with the root mean square about the target in place of sigma.

    """

    spread: Estimate = NOTHING
    worse: Estimate = NOTHING
    lower: Estimate = NOTHING
    upper: Estimate = NOTHING
    target: Estimate = NOTHING


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What one method says.

    Attributes
    ----------
    estimator : of sigma within; else the law or the way the percentiles come about.
    within, overall : indices of the short and the long run; empty where a method has none.
    tails : shares beyond the limits.
    sigma_within, freedom_within : None without sigma within.
    parameters : of the law or transformation.
    intervals : (index, name of its interval).
    notes : what a reader should know, as sentences.

    """

    estimator: str
    within: Indices
    overall: Indices
    tails: Tails
    sigma_within: float | None = None
    freedom_within: float | None = None
    parameters: tuple[tuple[str, float], ...] = ()
    intervals: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
