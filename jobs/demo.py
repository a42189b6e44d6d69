"""Make a demonstration site: a plant of pictures with one planted excursion, through the real run.

Nothing is faked behind the pictures: they lie in the inbox with their manifests, the shipped model
measures them, and the run that every night starts evaluates them, publishes, and writes the mail.
The one act that a person would do, approving the proposed limits after the first night, is done
in the name of the demo, and the audit trail says so.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from jobs.clock import Clock
from jobs.configuration.site_setup import init_site
from jobs.demonstration.images import write_inbox
from jobs.demonstration.plan import EXCURSION_STREAM, DemoPlan, plan_demo
from jobs.demonstration.settings import PREVIEW_FOLDER, demo_settings_text
from jobs.errors import DemoError
from jobs.mail.preview import write_preview
from jobs.nightly import RunReport, run_once
from jobs.progress import Progress, no_progress
from jobs.schedule.plant_calendar import latest_due_day
from jobs.settings import Settings, parse_settings
from spc.phase import phase_from_dict
from warehouse.journal.phases import activate_phase, phases
from warehouse.journal.scheduler import record_plant_day
from warehouse.journal.store import open_journal
from warehouse.site import Site

PARTS = 640
DAYS = 7.0
SEED = 1
FEWEST_PARTS = 400
"""Fewer parts leave the excursion too short, or a bath without limits to approve."""

DEMO = "blemish demo"
"""Who approves the limits, in the audit trail."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made: pictures, phases approved, signals, and the mail to open in a browser."""

    site: Path
    parts: int
    images: int
    approved: int
    run: RunReport
    previews: tuple[Path, ...] = field(default=())

    def to_dict(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "site": str(self.site),
            "parts": self.parts,
            "images": self.images,
            "approved_phases": self.approved,
            "planted_stream": EXCURSION_STREAM.key,
            "previews": [str(path) for path in self.previews],
            "run": self.run.to_dict(),
        }


def build_demo(
    root: Path,
    *,
    clock: Clock,
    parts: int = PARTS,
    days: float = DAYS,
    seed: int = SEED,
    progress: Progress = no_progress,
    settings_text: str | None = None,
) -> DemoReport:
    """Make a new site at `root` with `parts` parts over the last `days` days.

    Parameters
    ----------
    settings_text
        The settings file of the site; `demo_settings_text(days)` unless given.

    Raises
    ------
    SiteError
        `root` is a site already or holds something else.
    DemoError
        Too few parts to show anything, or a step of the run failed.

    """
    if parts < FEWEST_PARTS:
        raise DemoError(f"a demonstration needs at least {FEWEST_PARTS} parts, got {parts}")
    if days <= 0:
        raise DemoError(f"a demonstration needs days above 0, got {days:g}")
    text = demo_settings_text(days) if settings_text is None else settings_text
    site = init_site(root, settings_text=text)
    settings = parse_settings(text, where=str(site.settings_file))
    plan = plan_demo(parts=parts, days=days, seed=seed, end=clock() - timedelta(minutes=10))
    try:
        images = write_inbox(plan, site.inbox, progress=progress)
        return _nights(site, settings, plan, images, clock=clock, progress=progress)
    except BaseException:
        # Half a demonstration looks like a plant without data: the next call begins anew.
        shutil.rmtree(site.root, ignore_errors=True)
        raise


def _nights(
    site: Site, settings: Settings, plan: DemoPlan, images: int, *, clock: Clock, progress: Progress
) -> DemoReport:
    """The first night proposes limits, the demo approves them, the second night judges."""
    first = _whole(run_once(site, settings, trigger=DEMO, clock=clock, progress=progress))
    approved = approve_proposals(site, who=DEMO, clock=clock)
    run = _whole(run_once(site, settings, trigger=DEMO, clock=clock, progress=progress))
    _mark_nights_done(site, settings, clock)
    messages = [row for one in (first, run) if one.alert for row in one.alert.messages]
    previews = [
        path
        for number, row in enumerate(messages, start=1)
        for path in write_preview(
            row, site.root / PREVIEW_FOLDER, f"mail-{number}", sender=settings.alerts.sender
        )
    ]
    return DemoReport(
        site=site.root,
        parts=len({one.part_id for one in plan.passes}),
        images=images,
        approved=approved,
        run=run,
        previews=tuple(previews),
    )


def approve_proposals(site: Site, *, who: str, clock: Clock) -> int:
    """Approve every proposal that rests on enough parts, and return how many."""
    with open_journal(site.journal) as journal:
        pending = [
            row
            for row in phases(journal)
            if row.status == "proposed" and not phase_from_dict(row.phase).provisional
        ]
        for row in pending:
            reason = "the demonstration approves what a person would look at first"
            activate_phase(journal, row.phase_id, who=who, now=clock(), reason=reason)
    return len(pending)


def _whole(run: RunReport) -> RunReport:
    if run.problems:
        raise DemoError(f"the run failed: {'; '.join(run.problems)}")
    return run


def _mark_nights_done(site: Site, settings: Settings, clock: Clock) -> None:
    """Tell the scheduler that tonight's run is next: the demo has done what was due."""
    now = clock()
    nightly_at = time.fromisoformat(settings.schedule.nightly_at)
    with open_journal(site.journal) as journal:
        record_plant_day(journal, latest_due_day(now, nightly_at, settings.zone), now=now)
