"""Specification limits and target of one metric."""

import math
from dataclasses import dataclass, fields

from spc.capability.errors import SpecificationError


@dataclass(frozen=True, slots=True)
class Specification:
    """Limits within which a part is good, in the unit of the metric; None is no limit.

    Raises
    ------
    SpecificationError
        A limit that is not finite, limits that leave no room, a target outside them.

    Examples
    --------
    >>> Specification(lower=9.9, upper=10.1, target=10.0).two_sided
    True
    >>> Specification(lower=2.0, upper=1.0)
    Traceback (most recent call last):
    spc.capability.errors.SpecificationError: the lower limit 2 is not below the upper limit 1

    """

    lower: float | None = None
    upper: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None and not math.isfinite(value):
                raise SpecificationError(
                    f"the specification's {each.name} must be finite, but got {value}; "
                    "leave out what does not exist"
                )
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise SpecificationError(
                f"the lower limit {self.lower:g} is not below the upper limit {self.upper:g}"
            )
        if self.target is not None and not self.holds(self.target):
            raise SpecificationError(
                f"the target {self.target:g} lies outside the specification limits"
            )

    @property
    def two_sided(self) -> bool:
        """Whether there is a limit on either side."""
        return self.lower is not None and self.upper is not None

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper limit, infinite where there is none."""
        return (
            -math.inf if self.lower is None else self.lower,
            math.inf if self.upper is None else self.upper,
        )

    def holds(self, value: float) -> bool:
        """Return whether `value` is within the limits; on a limit is within."""
        low, high = self.limits
        return low <= value <= high

    def refuse_unlimited(self) -> None:
        """Refuse a specification without any limit.

        Raises
        ------
        SpecificationError
            Neither limit is given.

        """
        if self.lower is None and self.upper is None:
            raise SpecificationError(
                "capability needs a specification limit: give the lower, the upper or both"
            )
