"""The run that the schedule starts: ingest, monitor, publish, alert.

Each step may fail alone. What it left behind is whole, so the next step goes on with what there
is: an inbox that is not mounted stops no mail, and a full disk at publishing delays no alarm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from inference.errors import InferenceError
from jobs.alerts import AlertReport, alert
from jobs.clock import Clock
from jobs.errors import JobError
from jobs.ingest import ingest_locked
from jobs.measurement.report import IngestReport, ledger_in_words
from jobs.monitor import MonitorReport, monitor
from jobs.progress import Progress, no_progress
from jobs.schedule.dead_man import record_success
from jobs.settings import Settings
from warehouse.errors import WarehouseError
from warehouse.journal.export import journal_tables
from warehouse.journal.store import open_journal
from warehouse.lock import RunLock, run_lock
from warehouse.publish_changed import publish_changed
from warehouse.site import Site

logger = logging.getLogger(__name__)

Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did; `problems` has one sentence per step that could not be done.

    `published` is None, too, where readers would see nothing new.
    """

    trigger: str
    started_at: datetime
    finished_at: datetime
    ingest: IngestReport | None = None
    monitor: MonitorReport | None = None
    published: Path | None = None
    alert: AlertReport | None = None
    problems: tuple[str, ...] = field(default=())

    @property
    def failed(self) -> bool:
        """Whether a step could not be done."""
        return bool(self.problems)

    def to_dict(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "trigger": self.trigger,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "ingest": None if self.ingest is None else self.ingest.to_dict(),
            "monitor": None if self.monitor is None else self.monitor.to_dict(),
            "published": None if self.published is None else self.published.name,
            "alert": None if self.alert is None else self.alert.to_dict(),
            "problems": list(self.problems),
        }


def run_once(
    site: Site,
    settings: Settings,
    *,
    trigger: str,
    clock: Clock,
    progress: Progress = no_progress,
    password: str | None = None,
) -> RunReport:
    """Run every step once.

    Raises
    ------
    RunLockedError
        Another run is in progress; nothing was done.

    """
    with run_lock(site.lock_file, f"run ({trigger})") as lock:
        report = _steps(
            site, settings, lock, trigger=trigger, clock=clock, progress=progress, password=password
        )
        note_success(site, report)
        return report


def note_success(site: Site, report: RunReport) -> None:
    """Write down for the heartbeat that a run went well; one that did not leaves no word."""
    if report.failed:
        return
    with open_journal(site.journal) as journal:
        record_success(
            journal,
            started_at=report.started_at,
            finished_at=report.finished_at,
            trigger=report.trigger,
        )


def _steps(
    site: Site,
    settings: Settings,
    lock: RunLock,
    *,
    trigger: str,
    clock: Clock,
    progress: Progress,
    password: str | None,
) -> RunReport:
    """Every step in its order, each with what the ones before it left."""
    started_at = clock()
    problems: list[str] = []
    ingested = _step(
        "ingest",
        lambda: ingest_locked(
            site, settings, lock, trigger=trigger, progress=progress, clock=clock
        ),
        problems,
    )
    progress("evaluating", 0, 3)
    run_id = None if ingested is None else ingested.run_id
    monitored = _step(
        "monitor", lambda: monitor(site, settings, clock=clock, run_id=run_id), problems
    )
    progress("evaluating", 1, 3)
    published = _step("publish", lambda: publish_site(site), problems)
    progress("evaluating", 2, 3)
    words = "" if ingested is None else ledger_in_words(ingested.totals)
    alerted = _step(
        "alert",
        lambda: alert(site, settings, clock=clock, password=password, ingest=words),
        problems,
    )
    progress("evaluating", 3, 3)
    return RunReport(
        trigger=trigger,
        started_at=started_at,
        finished_at=clock(),
        ingest=ingested,
        monitor=monitored,
        published=published,
        alert=alerted,
        problems=tuple(problems),
    )


def publish_site(site: Site) -> Path | None:
    """Publish the master together with the decisions that a snapshot may show, where they changed."""
    with open_journal(site.journal) as journal:
        tables = journal_tables(journal)
    return publish_changed(site, journal_tables=tables)


def _step(name: str, work: Callable[[], Step], problems: list[str]) -> Step | None:
    """Do one step; what it could not do becomes a sentence and the run goes on.

    An error nobody expected keeps its traceback in the log, and does not keep the steps behind it
    from telling people what there is to tell.
    """
    try:
        return work()
    except (JobError, WarehouseError, InferenceError, OSError) as error:
        logger.warning("%s failed: %s", name, error)
        problems.append(f"{name}: {error}")
    except Exception as error:
        logger.exception("%s failed", name)
        problems.append(f"{name}: {type(error).__name__}: {error}")
    return None
