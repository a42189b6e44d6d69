"""Whether what a page shows is of today: a run that failed, or none for too long, is said first."""

from datetime import datetime, timedelta

from dashboard.clock import PlantClock
from dashboard.components import Content, notice
from dashboard.context import PageContext
from dashboard.errors import without_folders
from warehouse.records import RunRow


def freshness_notice(
    run: RunRow | None, published_at: datetime | None, context: PageContext
) -> Content:
    """Return what keeps the page from being up to date; None when nothing does."""
    shown = "" if published_at is None else f"Pages show {context.clock.words(published_at)}. "
    if run is not None and run.error:
        return notice(
            f"Run {run.run_id} did not finish",
            f"{without_folders(run.error)}. {shown}It is tried again; parts wait in the inbox.",
            tone="bad",
        )
    if not is_stale(run, published_at, context.clock, context.settings.silent_after):
        return None
    moment = facts_at(run, published_at)
    assert moment is not None
    return notice(
        f"These data are old: no run for {duration(context.clock.now() - moment)}",
        f"{shown}That no alert came since says nothing of the parts: look whether the schedule runs.",
        tone="warn",
    )


def is_stale(
    run: RunRow | None, published_at: datetime | None, clock: PlantClock, silent_after: timedelta
) -> bool:
    """Tell whether the newest facts are older than `silent_after`."""
    moment = facts_at(run, published_at)
    return moment is not None and clock.now() - moment > silent_after


def facts_at(run: RunRow | None, published_at: datetime | None) -> datetime | None:
    """Return when the newest run ended, or began if it still runs: so old are the facts.

    A file published again without a run, as after a repair, has no newer facts.
    """
    return published_at if run is None else run.finished_at or run.started_at


def duration(length: timedelta) -> str:
    """Return a length in hours, from two days on in days.

    Examples
    --------
    >>> duration(timedelta(hours=27)), duration(timedelta(days=9, hours=3))
    ('27 h', '9 days')

    """
    hours = length / timedelta(hours=1)
    return f"{hours:.0f} h" if hours < 48 else f"{hours // 24:.0f} days"
