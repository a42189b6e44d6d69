"""`blemish verify`."""

from pathlib import Path

from jobs.commands.output import print_json, show
from jobs.commands.site_context import open_site
from jobs.console_progress import console_progress
from jobs.upkeep.manifest import read_manifest
from jobs.upkeep.restore import find_backup
from jobs.upkeep.trail_file import write_trail
from jobs.upkeep.verify import Anchor, VerifyReport, as_dict, verify_site

MOST_SHOWN = 20


def run(
    given: Path | None, *, quick: bool, against: Path | None, trail: Path | None, as_json: bool
) -> int:
    """Check the site and say what was found; status 1 where something was."""
    site, _ = open_site(given)
    anchors = () if against is None else (_anchor(against),)
    if trail is not None:
        write_trail(site, trail)
    with console_progress() as progress:
        report = verify_site(site, quick=quick, anchors=anchors, progress=progress)
    if as_json:
        print_json(as_dict(report))
    else:
        show_report(report)
        found = sum(len(check.findings) for check in report.checks)
        show("everything agrees" if report.whole else f"{found} findings; see docs/upkeep.md")
    return 0 if report.whole else 1


def show_report(report: VerifyReport) -> None:
    """Print a line for each check and each finding."""
    for check in report.checks:
        note = f" ({check.note})" if check.note else ""
        show(f"{'FOUND' if check.findings else 'ok   '}  {check.title}{note}")
        for finding in check.findings[:MOST_SHOWN]:
            show(f"         {finding}")
        if len(check.findings) > MOST_SHOWN:
            show(f"         and {len(check.findings) - MOST_SHOWN} more; --json gives all")


def _anchor(given: Path) -> Anchor:
    _, path = find_backup(given)
    manifest = read_manifest(path)
    return Anchor(
        manifest.audit_length,
        manifest.audit_head,
        manifest.seal_length,
        manifest.seal_head,
        f"the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC",
    )
