"""One round of the monitor: the open stores and what all characteristics of it have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.monitoring.open_signals import EpisodeSignals
from jobs.settings import Settings
from warehouse.connection import Connection
from warehouse.journal.store import Journal


@dataclass(frozen=True, slots=True)
class Round:
    """One round.

    `alpha` is the share of the false-alarm budget of each point; `evaluation_id` the run's number;
    `joined` says which signals belong to which episodes as the round begins.
    """

    journal: Journal
    connection: Connection
    settings: Settings
    alpha: float
    now: datetime
    evaluation_id: int
    joined: EpisodeSignals

    @property
    def max_age(self) -> timedelta:
        """How old a signal may be and still alarm."""
        return timedelta(hours=self.settings.alerts.max_age_hours)
