"""One round of the monitor: the open stores and what all characteristics of it have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jobs.monitoring.level_drift import DailyMeans
from jobs.monitoring.open_signals import EpisodeSignals
from jobs.settings import Settings
from warehouse.connection import Connection
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.specification_changes import SpecificationChange
from warehouse.journal.store import Journal
from warehouse.records import Stream
from warehouse.windows import BEGINNING

MeansKey = tuple[Stream, str, str]
"""Stream, model and metric."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round.

    `alpha` is the share of the false-alarm budget of each point, `location_level` of each test of
    locations; `evaluation_id` the run's number; `joined` says which signals belong to which
    episodes as the round begins; `means` holds the daily means of metrics with a specification;
    `limit_changes` says by characteristic from when which specification limits hold.
    """

    journal: Journal
    connection: Connection
    settings: Settings
    alpha: float
    now: datetime
    evaluation_id: int
    joined: EpisodeSignals
    location_level: float = 1e-3
    means: Mapping[MeansKey, DailyMeans] = field(default_factory=dict)
    limit_changes: Mapping[str, Sequence[SpecificationChange]] = field(default_factory=dict)

    @property
    def max_age(self) -> timedelta:
        """How old a signal may be and still alarm."""
        return timedelta(hours=self.settings.alerts.max_age_hours)

    @property
    def beginning(self) -> datetime:
        """Before every point."""
        return BEGINNING

    def daily_means(self, row: CharacteristicRow, model_id: str) -> DailyMeans | None:
        """Return the daily means of a characteristic by one model; None without any."""
        return self.means.get((row.stream, model_id, row.metric))
