"""What the pages know of the site's settings; `serve` hands it over, so that no page reads a file."""

from dataclasses import dataclass, field

from dashboard.figures.part_map import Outline


@dataclass(frozen=True, slots=True)
class LimitRules:
    """How the site learns limits.

    Attributes
    ----------
    alpha : float
        Share of the false-alarm budget that each point gets, where the site proposed no limits
        of a characteristic yet; else these say it.
    ewma_lambda : float
        Weight of the newest value in the running average.
    minimum_points, approve_points : int
        Fewest values for any limits, and from which a person may approve them.

    """

    alpha: float = 1e-4
    ewma_lambda: float = 0.2
    minimum_points: int = 20
    approve_points: int = 100


@dataclass(frozen=True, slots=True)
class PageSettings:
    """`outline` is the drawing of the part that lies over its maps."""

    outline: Outline = ()
    limit_rules: LimitRules = field(default_factory=LimitRules)
