"""Which run to start now, and for whom: a person's request first, then the plant day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jobs.schedule.plant_calendar import due_run
from jobs.settings import Settings
from warehouse.journal.scheduler import (
    finish_request,
    last_plant_day,
    latest_requests,
    take_request,
)
from warehouse.journal.store import Journal

RETRY_AFTER = timedelta(minutes=15)
MOST_ATTEMPTS = 3
"""How often a plant day's run is tried before the day is given up, visibly."""


@dataclass(frozen=True, slots=True)
class Task:
    """Why a run was started: for a plant day or for a request."""

    trigger: str
    plant_day: date | None = None
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often the run of a plant day failed, and when it may be tried again."""

    plant_day: date | None = None
    failed: int = 0
    not_before: datetime | None = None

    def forbid(self, plant_day: date, now: datetime) -> bool:
        """Whether it is too early to try `plant_day` again."""
        too_early = self.not_before is not None and now < self.not_before
        return plant_day == self.plant_day and too_early

    def one_more(self, plant_day: date, now: datetime) -> Attempts:
        """Count one more failure; those of another day are forgotten."""
        failed = self.failed if self.plant_day == plant_day else 0
        return Attempts(plant_day=plant_day, failed=failed + 1, not_before=now + RETRY_AFTER)


def next_task(
    journal: Journal, settings: Settings, attempts: Attempts, *, now: datetime
) -> Task | None:
    """Return the run to start at `now`; a request is taken, and marked running, by this."""
    request = take_request(journal, now=now)
    if request is not None:
        return Task(trigger=f"request of {request.requested_by}", request_id=request.request_id)
    due = due_run(
        now,
        nightly_at=time.fromisoformat(settings.schedule.nightly_at),
        zone=settings.zone,
        last_done=last_plant_day(journal),
    )
    if due is None or attempts.forbid(due.plant_day, now):
        return None
    trigger = "schedule, late" if due.late else "schedule"
    if due.missed:
        trigger = f"catch-up for {due.missed + 1} nights"
    return Task(trigger=trigger, plant_day=due.plant_day)


def close_interrupted(journal: Journal, *, now: datetime) -> None:
    """Say of requests that a killed server left running that they ended with it."""
    for request in latest_requests(journal):
        if request.state == "running":
            finish_request(
                journal,
                request.request_id,
                now=now,
                failed=True,
                outcome="interrupted: the server was restarted",
            )
