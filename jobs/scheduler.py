"""Runs on time: a ticker that asks the calendar what is due, and starts it.

Every 30 seconds a tick looks at the calendar in the plant's zone, at the slots that are done and at
the runs people asked for, all of which stand in the journal. Nothing is remembered in this process
that a restart must not lose. A tick never waits: a run is a child process that later ticks look
after, so there is one run at a time, and a hard limit on its length; mails leave in a thread of
their own. One of several servers leads, and another takes over when it ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from jobs.clock import Clock
from jobs.mail.notice_mail import Notice, notice_row
from jobs.mail.recipients import mailing_list
from jobs.mailer import send_due
from jobs.schedule.child_run import ChildRun, run_command, start_child
from jobs.schedule.dead_man import watch
from jobs.schedule.tasks import (
    ATTEMPTS,
    Attempts,
    Task,
    attempts_so_far,
    close_interrupted,
    next_task,
)
from jobs.settings import Settings
from warehouse.errors import RunLockedError, WarehouseError
from warehouse.journal.outbox import OutboxRow
from warehouse.journal.scheduler import conclude_run
from warehouse.journal.store import Journal, open_journal
from warehouse.lock import lock_holder, run_lock
from warehouse.site import Site

logger = logging.getLogger(__name__)

TICK_SECONDS = 30
WATCH_SECONDS = 300

LAST_OUTCOME = "last scheduled run"
"""Key in the journal under which the outcome of the last run is remembered."""

PROBLEM = "schedule problem"
"""Key of what the pages' banner says while runs fail; empty when the last one went well."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """A run that has ended and is not written down yet."""

    task: Task
    failed: bool
    outcome: str


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
    stopwatch
        Seconds that no correction of the clock changes: what a run's time limit is measured by.

    """

    def __init__(
        self,
        site: Site,
        settings: Settings,
        *,
        clock: Clock,
        password: str | None = None,
        command: Callable[[Site, str], list[str]] = run_command,
        stopwatch: Callable[[], float] = monotonic,
    ) -> None:
        self._site = site
        self._settings = settings
        self._clock = clock
        self._password = password
        self._command = command
        self._stopwatch = stopwatch
        self._child: ChildRun | None = None
        self._task: Task | None = None
        self._started = 0.0
        self._ended: _Ended | None = None
        self._ticker: BackgroundScheduler | None = None
        self._leadership = ExitStack()
        self._leads = False
        # A tick and the end of the server must not meet half way through a start.
        self._turn = Lock()
        self._stopped = False

    def start(self) -> bool:
        """Start ticking; False where another process leads this site, for as long as it does."""
        self._stopped = False
        leads = self._lead()
        self._ticker = BackgroundScheduler(timezone=UTC)
        for work, seconds in (
            (self.safe_tick, TICK_SECONDS),
            (self.safe_post, TICK_SECONDS),
            (self.safe_watch, WATCH_SECONDS),
        ):
            self._ticker.add_job(
                work,
                "interval",
                seconds=seconds,
                next_run_time=datetime.now(UTC),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._ticker.start()
        return leads

    def stop(self) -> None:
        """Stop ticking; a run in progress is ended, and completed by the next one."""
        if self._ticker is not None:
            # A mail server that is slow to answer must not hold up the end: the claim ends itself.
            self._ticker.shutdown(wait=False)
            self._ticker = None
        with self._turn:
            self._stopped = True
            if self._child is not None and self._task is not None:
                self._child.kill()
                self._end(failed=True, outcome="stopped with the server")
            with open_journal(self._site.journal) as journal:
                self._write_down(journal)
            self._leads = False
            self._leadership.close()

    @property
    def idle(self) -> bool:
        """Whether no run is in progress."""
        return self._child is None

    @property
    def leads(self) -> bool:
        """Whether this process is the one that starts runs."""
        return self._leads

    def safe_tick(self) -> None:
        """Tick, whatever happens: a journal that is locked for a minute must not end the schedule."""
        self._safely("tick", self.tick)

    def safe_post(self) -> None:
        """Send what waits, whatever happens."""
        self._safely("post", self.post)

    def safe_watch(self) -> None:
        """Look whether runs go well, whatever happens."""
        self._safely("watch", self.watch)

    def tick(self) -> None:
        """Look after the run in progress, or start what is due."""
        with self._turn:
            if self._stopped or (not self._leads and not self._lead()):
                return
            with open_journal(self._site.journal) as journal:
                if self._child is not None:
                    self._look_after()
                self._write_down(journal)
                if self._child is None and lock_holder(self._site.lock_file) is None:
                    task = next_task(journal, self._settings, now=self._clock())
                    if task is not None:
                        self._begin(journal, task)

    def post(self) -> None:
        """Send the mails that are due; only who leads does, so that a relay sees one sender."""
        if not self._leads:
            return
        with open_journal(self._site.journal) as journal:
            send_due(
                journal,
                self._settings.smtp,
                sender=self._settings.alerts.sender,
                password=self._password,
                clock=self._clock,
            )

    def watch(self) -> None:
        """Put a mail into the outbox when no run has gone well for too long; every process looks."""
        with open_journal(self._site.journal) as journal:
            beat = watch(journal, self._settings, now=self._clock())
        if not beat.alive:
            logger.error("%s", beat.words)

    def _safely(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except (WarehouseError, OSError) as error:
            logger.warning("%s skipped: %s", name, error)
        except Exception:
            logger.exception("%s failed", name)

    def _lead(self) -> bool:
        """Take the lead where nobody has it; what a killed leader left open is closed."""
        lock = self._site.lock_file.with_name("scheduler.lock")
        try:
            self._leadership.enter_context(run_lock(lock, "scheduler"))
        except RunLockedError as error:
            logger.info("not scheduling: %s", error)
            return False
        self._leads = True
        with open_journal(self._site.journal) as journal:
            close_interrupted(journal, now=self._clock())
        return True

    def _look_after(self) -> None:
        """Note a run that has ended, or end one that takes too long."""
        assert self._child is not None
        limit = timedelta(hours=self._settings.schedule.time_limit_hours)
        if self._child.finished():
            self._end(failed=not self._child.succeeded, outcome=self._child.outcome())
        elif self._stopwatch() - self._started > limit.total_seconds():
            self._child.kill()
            self._end(failed=True, outcome=f"killed: it ran longer than {limit}")

    def _begin(self, journal: Journal, task: Task) -> None:
        logger.info("starting a run: %s", task.trigger)
        self._task = task
        self._started = self._stopwatch()
        try:
            self._child = start_child(self._command(self._site, task.trigger), now=self._clock())
        except OSError as error:
            # A request that was taken must not stay "running", nor a night be tried for ever.
            self._end(failed=True, outcome=f"it could not start: {error}")
            self._write_down(journal)

    def _end(self, *, failed: bool, outcome: str) -> None:
        """Keep how the run in progress ended until the journal has it."""
        assert self._task is not None
        self._ended = _Ended(self._task, failed, outcome)
        self._child = self._task = None

    def _write_down(self, journal: Journal) -> None:
        """Write down how the last run ended; a journal that refuses gets it at the next tick."""
        if self._ended is None:
            return
        ended, now = self._ended, self._clock()
        memories = {
            LAST_OUTCOME: f"{'failed' if ended.failed else 'done'}: {ended.outcome}",
            PROBLEM: "",
        }
        mail = None
        if ended.failed:
            memories[PROBLEM] = f"the last run failed: {ended.outcome}"
        if ended.failed and ended.task.slots:
            logger.error("the run for %s failed: %s", ended.task.trigger, ended.outcome)
            attempts = attempts_so_far(journal).one_more(ended.task.slots, now)
            memories[ATTEMPTS] = attempts.to_text()
            if attempts.failed >= self._settings.schedule.attempts:
                memories.update(ended.task.slots)
                mail = self._failure(journal, ended, attempts, now)
        elif not ended.failed:
            memories |= ended.task.slots
            memories[ATTEMPTS] = Attempts().to_text()
        conclude_run(
            journal,
            now=now,
            memories=memories,
            request_id=ended.task.request_id,
            failed=ended.failed,
            outcome=ended.outcome,
            mail=mail,
        )
        self._ended = None

    def _failure(
        self, journal: Journal, ended: _Ended, attempts: Attempts, now: datetime
    ) -> OutboxRow:
        """The mail about a run that was given up: made here, since it was the run that failed."""
        day = now.astimezone(self._settings.zone).date().isoformat()
        notice = Notice(
            kind="failure",
            key=day,
            title=f"the run of {day} failed {attempts.failed} times and is given up",
            sentences=(
                f"It was started by: {ended.task.trigger}.",
                f"It said last: {ended.outcome}",
                "Nothing is lost: images wait in the inbox, and the next run takes them in.",
                "Until then no chart is evaluated and no alert raised.",
            ),
        )
        to = mailing_list(journal, self._settings.alerts).failures()
        return notice_row(notice, self._settings, now=now, to=to)
