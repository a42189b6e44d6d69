"""What the pages know of the site's settings; `serve` hands it over, so that no page reads a file."""

from dataclasses import dataclass, field
from datetime import timedelta

from dashboard.figures.part_map import Outline
from dashboard.settings_machine import MachineSetting
from warehouse.journal.recipients import Recipient


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
    """What `serve` tells the pages.

    Attributes
    ----------
    outline
        The drawing of the part that lies over its maps.
    silent_after
        Without a successful run for so long, pages say that they are out of date.
    machine
        What stands in the settings file, in words.
    seed_recipients
        Who gets mails by that file, while the journal names nobody.

    """

    outline: Outline = ()
    limit_rules: LimitRules = field(default_factory=LimitRules)
    silent_after: timedelta = timedelta(hours=26)
    machine: tuple[MachineSetting, ...] = ()
    seed_recipients: tuple[Recipient, ...] = ()
