"""`blemish backup`."""

from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, say, show
from jobs.commands.site_context import open_site
from jobs.console_progress import console_progress
from jobs.settings import model_file
from jobs.upkeep.backup import BackupReport, back_up


def run(given: Path | None, destination: Path, *, keep: int | None, as_json: bool) -> int:
    """Make one backup and say where it is and what it holds."""
    site, settings = open_site(given)
    with console_progress() as progress:
        report = back_up(
            site,
            destination,
            now=utc_now(),
            model=model_file(settings, site.root),
            keep=keep,
            progress=progress,
        )
    if report.manifest.facts_from == "snapshot":
        say(
            f"a run is in progress: the facts are those published as {report.manifest.facts_file}; "
            "what it has measured since is in the archive and is taken in again after a restore"
        )
    if as_json:
        print_json(_plain(report))
        return 0
    manifest = report.manifest
    show(f"backup {report.path}")
    show(
        f"{manifest.files} files, {manifest.size / 1e6:.1f} MB, {report.new_files} of them new here"
    )
    parts = manifest.facts_rows.get("inspection", 0)
    show(f"{parts} inspections, audit trail of {manifest.audit_length} entries")
    if report.removed_backups:
        show(f"removed {report.removed_backups} older backups and {report.removed_files} files")
    show(f"prove it: blemish restore --check {report.path}")
    return 0


def _plain(report: BackupReport) -> dict[str, object]:
    return {
        "path": str(report.path),
        "manifest": report.manifest.to_dict(),
        "new_files": report.new_files,
        "removed_backups": report.removed_backups,
        "removed_files": report.removed_files,
    }
