"""The nightly run, on time: a ticker that asks the calendar what is due, and starts it.

Every 30 seconds a tick looks at the calendar in the plant's zone, at the last plant day done and
at the runs people asked for, all of which stand in the journal. Nothing is remembered in this
process that a restart must not lose. A tick never waits: a run is a child process that later
ticks look after, so there is one run at a time, and a hard limit on its length.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from jobs.clock import Clock
from jobs.mailer import send_due
from jobs.schedule.child_run import ChildRun, run_command, start_child
from jobs.schedule.tasks import MOST_ATTEMPTS, Attempts, Task, close_interrupted, next_task
from jobs.settings import Settings
from warehouse.errors import RunLockedError, WarehouseError
from warehouse.journal.scheduler import (
    finish_request,
    record_plant_day,
    remember,
)
from warehouse.journal.store import Journal, open_journal
from warehouse.lock import lock_holder, run_lock
from warehouse.site import Site

logger = logging.getLogger(__name__)

TICK_SECONDS = 30
TIME_LIMIT = timedelta(hours=6)
"""A run that takes longer is taken for hung and killed."""

LAST_OUTCOME = "last scheduled run"
"""Key in the journal under which the outcome of the last run is remembered."""


class Scheduler:
    """Runs a site on time; `start` it beside the pages and `stop` it before they end.

    Parameters
    ----------
    clock
        The present instant; a test has its own.
    password
        Of the mail server: mails that could not be sent are tried again between the runs.
    command
        The command line of one run, from the site and the trigger.
    time_limit
        A run that takes longer is killed.

    """

    def __init__(
        self,
        site: Site,
        settings: Settings,
        *,
        clock: Clock,
        password: str | None = None,
        command: Callable[[Site, str], list[str]] = run_command,
        time_limit: timedelta = TIME_LIMIT,
    ) -> None:
        self._site = site
        self._settings = settings
        self._clock = clock
        self._password = password
        self._command = command
        self._time_limit = time_limit
        self._child: ChildRun | None = None
        self._task: Task | None = None
        self._attempts = Attempts()
        self._ticker: BackgroundScheduler | None = None
        self._leadership = ExitStack()

    def start(self) -> bool:
        """Start ticking; False where another process schedules this site already."""
        lock = self._site.lock_file.with_name("scheduler.lock")
        try:
            self._leadership.enter_context(run_lock(lock, "scheduler"))
        except RunLockedError as error:
            logger.info("not scheduling: %s", error)
            return False
        with open_journal(self._site.journal) as journal:
            close_interrupted(journal, now=self._clock())
        self._ticker = BackgroundScheduler(timezone=UTC)
        self._ticker.add_job(
            self.safe_tick,
            "interval",
            seconds=TICK_SECONDS,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._ticker.start()
        return True

    def stop(self) -> None:
        """Stop ticking; a run in progress is ended, and completed by the next one."""
        if self._ticker is not None:
            self._ticker.shutdown(wait=True)
            self._ticker = None
        if self._child is not None and self._task is not None:
            self._child.kill()
            with open_journal(self._site.journal) as journal:
                self._conclude(journal, failed=True, outcome="stopped with the server")
        self._leadership.close()

    @property
    def idle(self) -> bool:
        """Whether no run is in progress."""
        return self._child is None

    def safe_tick(self) -> None:
        """Tick, whatever happens: a journal that is locked for a minute must not end the schedule."""
        try:
            self.tick()
        except (WarehouseError, OSError) as error:
            logger.warning("tick skipped: %s", error)
        except Exception:
            logger.exception("tick failed")

    def tick(self) -> None:
        """Look after the run in progress, or start what is due, or send what waits."""
        with open_journal(self._site.journal) as journal:
            if self._child is not None:
                self._look_after(journal)
            if self._child is None and lock_holder(self._site.lock_file) is None:
                task = next_task(journal, self._settings, self._attempts, now=self._clock())
                if task is not None:
                    self._begin(journal, task)
                    return
            send_due(
                journal,
                self._settings.smtp,
                sender=self._settings.alerts.sender,
                password=self._password,
                clock=self._clock,
            )

    def _look_after(self, journal: Journal) -> None:
        """Conclude a run that has ended, or end one that takes too long."""
        assert self._child is not None
        if self._child.finished():
            failed = not self._child.succeeded
            self._conclude(journal, failed=failed, outcome=self._child.outcome())
        elif self._clock() - self._child.started_at > self._time_limit:
            self._child.kill()
            limit = f"killed: it ran longer than {self._time_limit}"
            self._conclude(journal, failed=True, outcome=limit)

    def _begin(self, journal: Journal, task: Task) -> None:
        logger.info("starting a run: %s", task.trigger)
        self._task = task
        try:
            self._child = start_child(self._command(self._site, task.trigger), now=self._clock())
        except OSError as error:
            # A request that was taken must not stay "running", nor a night be tried for ever.
            self._conclude(journal, failed=True, outcome=f"it could not start: {error}")

    def _conclude(self, journal: Journal, *, failed: bool, outcome: str) -> None:
        """Write down how the run in progress ended."""
        task, now = self._task, self._clock()
        assert task is not None
        self._child = self._task = None
        state = "failed" if failed else "done"
        remember(journal, LAST_OUTCOME, f"{state}: {outcome}", now=now)
        if task.request_id is not None:
            finish_request(journal, task.request_id, now=now, failed=failed, outcome=outcome)
        if task.plant_day is None:
            return
        if failed:
            logger.error("the run of %s failed: %s", task.plant_day, outcome)
            self._attempts = self._attempts.one_more(task.plant_day, now)
        if not failed or self._attempts.failed >= MOST_ATTEMPTS:
            record_plant_day(journal, task.plant_day, now=now)
