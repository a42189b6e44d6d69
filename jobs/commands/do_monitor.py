"""`blemish monitor`."""

from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, print_table, say, show
from jobs.commands.site_context import open_site
from jobs.monitor import MonitorReport, monitor
from warehouse.lock import run_lock


def run(given: Path | None, *, as_json: bool, check: bool) -> int:
    """Evaluate every characteristic; with `check`, 1 where there are new signals."""
    site, settings = open_site(given)
    with run_lock(site.lock_file, "monitor"):
        report = monitor(site, settings, clock=utc_now)
    for name, reason in report.errors.items():
        say(f"{name}: {reason}")
    if as_json:
        print_json(report.to_dict())
    else:
        print_monitor(report)
    return 1 if check and report.new_signals else 0


def print_monitor(report: MonitorReport) -> None:
    """Print the new signals, if any, and the states in one line."""
    if report.new_signals:
        rows = [
            (row.characteristic_id, row.rule, row.completing_at, row.value, row.lcl, row.ucl)
            for row in report.new_signals
        ]
        print_table(("characteristic", "rule", "completed at", "value", "lcl", "ucl"), rows)
    states = ", ".join(f"{count} {state}" for state, count in report.states.items()) or "none yet"
    show(
        f"{report.evaluated} characteristics ({states}); {len(report.new_signals)} new signals, "
        f"{len(report.withdrawn)} withdrawn"
    )
