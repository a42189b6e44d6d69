"""`blemish restore`."""

from pathlib import Path

from jobs.commands.do_verify import show_report
from jobs.commands.output import print_json, show
from jobs.console_progress import console_progress
from jobs.errors import InputError
from jobs.nightly import publish_site
from jobs.upkeep.restore import drill, restore
from jobs.upkeep.verify import as_dict
from warehouse.lock import run_lock
from warehouse.site import Site


def run(backup: Path, root: Path | None, *, check: bool, as_json: bool) -> int:
    """Restore, or prove that it could be; status 1 where the result is not what was backed up."""
    if root is None and not check:
        raise InputError("name the folder to restore into, or give --check for a drill")
    with console_progress() as progress:
        if root is None or check:
            report = drill(backup, progress=progress)
        else:
            report = restore(backup, root, progress=progress)
            _publish(Site(root))
    made_at = f"{report.manifest.made_at:%Y-%m-%d %H:%M} UTC"
    if as_json:
        print_json(
            {
                "whole": report.whole,
                "made_at": made_at,
                "site": None if check else str(root),
                "problems": list(report.problems),
                "verify": as_dict(report.verified),
            }
        )
        return 0 if report.whole else 1
    for problem in report.problems:
        show(f"DIFFERS  {problem}")
    show_report(report.verified)
    if not report.whole:
        show(f"the backup of {made_at} does not give back the site it was made of")
        return 1
    show(
        f"the backup of {made_at} can be restored: all {report.manifest.files} files are whole"
        if check
        else f"{root} is the site as of {made_at}; next: blemish doctor --site {root}"
    )
    return 0


def _publish(site: Site) -> None:
    """Let the pages show the restored site at once."""
    with run_lock(site.lock_file, "restore"):
        publish_site(site)
