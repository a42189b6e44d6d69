"""Which run to start now, and for whom: a person's request first, then what the schedule says."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from jobs.schedule.dead_man import last_success
from jobs.schedule.slots import INTERVAL, NIGHT, SHIFT, DoneSlots, DueSlots, due_slots
from jobs.settings import Settings
from warehouse.journal.scheduler import (
    finish_request,
    latest_requests,
    recall,
    record_plant_day,
    take_request,
)
from warehouse.journal.store import Journal

RETRY_AFTER = timedelta(minutes=15)
ATTEMPTS = "failed attempts"
"""Key in the journal under which failed attempts are counted: a restart must not forget them."""


@dataclass(frozen=True, slots=True)
class Task:
    """Why a run was started: for a request, or for slots of the schedule (kind to name)."""

    trigger: str
    slots: dict[str, str] = field(default_factory=dict)
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often in a row the runs for some slots failed, and when they may be tried again."""

    slots: dict[str, str] = field(default_factory=dict)
    failed: int = 0
    not_before: str = ""

    def forbid(self, slots: dict[str, str], now: datetime) -> bool:
        """Whether it is too early to try these slots again."""
        too_early = bool(self.not_before) and now < datetime.fromisoformat(self.not_before)
        return too_early and slots == self.slots

    def one_more(self, slots: dict[str, str], now: datetime) -> Attempts:
        """Count one more failure; those of other slots are forgotten."""
        failed = self.failed if slots == self.slots else 0
        return Attempts(slots, failed + 1, (now + RETRY_AFTER).isoformat())

    def to_text(self) -> str:
        """What the journal keeps."""
        return json.dumps(asdict(self))


def attempts_so_far(journal: Journal) -> Attempts:
    """Return the failed attempts that the journal knows of."""
    found = recall(journal, ATTEMPTS)
    return Attempts(**json.loads(found)) if found else Attempts()


def next_task(journal: Journal, settings: Settings, *, now: datetime) -> Task | None:
    """Return the run to start at `now`; a request is taken, and marked running, by this."""
    request = take_request(journal, now=now)
    if request is not None:
        return Task(trigger=f"request of {request.requested_by}", request_id=request.request_id)
    due = due_slots(now, settings.schedule, settings.zone, _done(journal))
    if due is None:
        return None
    if _done_by_an_orphan(journal, due, now):
        return None
    if attempts_so_far(journal).forbid(due.slots, now):
        return None
    return Task(trigger=due.trigger, slots=due.slots)


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


def _done(journal: Journal) -> DoneSlots:
    night, shift, interval = (recall(journal, kind) for kind in (NIGHT, SHIFT, INTERVAL))
    return DoneSlots(
        night=None if night is None else date.fromisoformat(night),
        shift=None if shift is None else datetime.fromisoformat(shift),
        interval=None if interval is None else datetime.fromisoformat(interval),
    )


def _done_by_an_orphan(journal: Journal, due: DueSlots, now: datetime) -> bool:
    """Whether tonight's run went well after the server that had started it was killed.

    The run itself writes down that it went well, in a process of its own; only the plant day is
    missing then, and is written down here.
    """
    success = last_success(journal)
    if due.night is None or success is None or not success.scheduled:
        return False
    if success.started_at < due.night.due_at:
        return False
    record_plant_day(journal, due.night.plant_day, now=now)
    return True
