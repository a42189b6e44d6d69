"""`blemish run`."""

import os
from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.do_monitor import print_monitor
from jobs.commands.output import print_json, say, show
from jobs.commands.site_context import open_site
from jobs.console_progress import console_progress
from jobs.measurement.report import ledger_in_words
from jobs.nightly import RunReport, run_once
from jobs.settings import smtp_password


def run(given: Path | None, *, as_json: bool, trigger: str) -> int:
    """Do one whole run; 2 where a step could not be done."""
    site, settings = open_site(given)
    with console_progress() as progress:
        report = run_once(
            site,
            settings,
            trigger=trigger,
            clock=utc_now,
            progress=progress,
            password=smtp_password(settings, os.environ),
        )
    for warning in report.ingest.warnings if report.ingest else ():
        say(f"warning: {warning}")
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    for problem in report.problems:
        say(f"blemish: {problem}")
    return 2 if report.failed else 0


def _print(report: RunReport) -> None:
    if report.ingest:
        words = ledger_in_words(report.ingest.totals) + report.ingest.measured_by
        show(f"run {report.ingest.run_id}: {words}")
    if report.monitor:
        print_monitor(report.monitor)
    if report.published:
        show(f"published {report.published.name}")
    if report.alert and report.alert.messages:
        show(f"{len(report.alert.messages)} mails: {report.alert.sending.to_dict()}")
