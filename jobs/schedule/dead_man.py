"""Is anything running at all? The last run that went well, and the word when it was too long ago."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.mail.notice_mail import Notice, notice_row
from jobs.mail.recipients import mailing_list
from jobs.settings import Settings
from warehouse.journal.outbox import enqueue
from warehouse.journal.scheduler import recall, remember
from warehouse.journal.store import Journal

LAST_SUCCESS = "last successful run"
WATCHED_SINCE = "watched since"
AHEAD = timedelta(hours=1)
"""A run that ended so long after now was timed by a clock that was wrong."""


@dataclass(frozen=True, slots=True)
class Success:
    """A run that went well."""

    started_at: datetime
    finished_at: datetime
    trigger: str

    @property
    def scheduled(self) -> bool:
        """Whether the schedule had started it."""
        return self.trigger.startswith(("schedule", "catch-up"))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How the site stands: `words` for people, `since` the last run that went well."""

    alive: bool
    since: datetime | None
    words: str

    def to_dict(self) -> dict[str, object]:
        """Plain values for `--json`."""
        since = None if self.since is None else self.since.isoformat()
        return {"alive": self.alive, "last_successful_run": since, "words": self.words}


def record_success(
    journal: Journal, *, started_at: datetime, finished_at: datetime, trigger: str
) -> None:
    """Write down that a run went well."""
    content = {
        "started_at": started_at.isoformat(),
        "finished_at": finished_at.isoformat(),
        "trigger": trigger,
    }
    remember(journal, LAST_SUCCESS, json.dumps(content), now=finished_at)


def last_success(journal: Journal) -> Success | None:
    """Return the last run that went well, None before the first."""
    found = recall(journal, LAST_SUCCESS)
    if found is None:
        return None
    content = json.loads(found)
    return Success(
        started_at=datetime.fromisoformat(content["started_at"]),
        finished_at=datetime.fromisoformat(content["finished_at"]),
        trigger=content["trigger"],
    )


def heartbeat(journal: Journal, settings: Settings, *, now: datetime) -> Heartbeat:
    """Tell whether a run went well within `[schedule] silent_after_hours`.

    A site without any run is given that time from when it was first looked at.
    """
    patience = timedelta(hours=settings.schedule.silent_after_hours)
    success = last_success(journal)
    if success is None:
        watched = recall(journal, WATCHED_SINCE)
        if watched is None:
            remember(journal, WATCHED_SINCE, now.isoformat(), now=now)
        since = now if watched is None else datetime.fromisoformat(watched)
        if now - since <= patience:
            return Heartbeat(alive=True, since=None, words="no run yet")
        return Heartbeat(
            alive=False, since=None, words=f"no run has gone well since {_local(since, settings)}"
        )
    ended = success.finished_at
    if ended > now + AHEAD:
        words = (
            f"the last successful run bears a time to come, {_local(ended, settings)}; "
            "was the clock of this machine wrong?"
        )
        return Heartbeat(alive=False, since=ended, words=words)
    hours = max(0, int((now - ended) / timedelta(hours=1)))
    if now - ended > patience:
        words = f"no successful run for {hours} h, since {_local(ended, settings)}"
        return Heartbeat(alive=False, since=ended, words=words)
    words = f"the last successful run ended {_local(ended, settings)}, {hours} h ago"
    return Heartbeat(alive=True, since=ended, words=words)


def watch(journal: Journal, settings: Settings, *, now: datetime) -> Heartbeat:
    """Look, and put one mail into the outbox for each silence, whoever looks and however often."""
    beat = heartbeat(journal, settings, now=now)
    if not beat.alive:
        to = mailing_list(journal, settings.alerts).failures()
        enqueue(journal, notice_row(silence_notice(beat), settings, now=now, to=to))
    return beat


def silence_notice(beat: Heartbeat) -> Notice:
    """Return what a mail says of a site that has fallen silent."""
    since = "never" if beat.since is None else beat.since.isoformat()
    return Notice(
        kind="silence",
        key=since,
        title=beat.words,
        sentences=(
            f"{beat.words[:1].upper()}{beat.words[1:]}.",
            "Since then no image was measured, no chart evaluated and no alert raised.",
            "That no alert comes says nothing of the parts.",
            "Look whether the server runs (blemish serve), and at the outcome of the last run.",
        ),
    )


def _local(moment: datetime, settings: Settings) -> str:
    local = moment.astimezone(settings.zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
