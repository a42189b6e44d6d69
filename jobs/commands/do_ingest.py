"""`blemish ingest`."""

from pathlib import Path

from jobs.commands.output import print_json, print_table, say, show
from jobs.commands.site_context import open_site
from jobs.console_progress import console_progress
from jobs.ingest import ingest
from jobs.measurement.report import IngestReport, ledger_in_words


def run(given: Path | None, *, as_json: bool) -> int:
    """Ingest what arrived and print what became of it."""
    site, settings = open_site(given)
    with console_progress() as progress:
        report = ingest(site, settings, trigger="command line", progress=progress)
    for warning in report.warnings:
        say(f"warning: {warning}")
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    return 0


def _print(report: IngestReport) -> None:
    noteworthy = [file for file in report.files if file.outcome != "measured"]
    if noteworthy:
        rows = [(file.path, file.outcome, file.reason, file.detail) for file in noteworthy]
        print_table(("file", "outcome", "reason", "detail"), [_short(row) for row in rows])
    if report.manifests:
        print_table(
            ("manifest", "outcome", "reason", "rows", "rejected", "first rejected"),
            [
                (m.path, m.outcome, m.reason, m.rows, m.rows_rejected, next(iter(m.rejected), ""))
                for m in report.manifests
            ],
        )
    show(f"run {report.run_id}: {ledger_in_words(report.totals)}{report.measured_by}")


def _short(row: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    # A traceback belongs to the ledger; its last line says what happened.
    *words, detail = row
    return (words[0], words[1], words[2], detail.strip().rpartition("\n")[2])
