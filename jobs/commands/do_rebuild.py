"""`blemish rebuild`."""

from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, say, show
from jobs.commands.site_context import open_site
from jobs.console_progress import console_progress
from jobs.upkeep.rebuild import check_archive, rebuild

SHOWN = 10


def run(given: Path | None, *, as_json: bool, check: bool) -> int:
    """Rebuild the warehouse, or only compare it; 1 where images have no row or no original."""
    site, settings = open_site(given)
    if check:
        found = check_archive(site)
        if as_json:
            print_json(
                {"without_row": found.without_row, "without_original": found.without_original}
            )
        else:
            show(f"{len(found.without_row)} images of the archive have no row")
            show(f"{len(found.without_original)} images of the warehouse have no original")
        return 0 if found.agrees else 1
    with console_progress() as progress:
        report = rebuild(site, settings, clock=utc_now, progress=progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show(
            f"{report.images} image rows, {report.inspections} inspections, {report.runs} runs and "
            f"{report.refused} refused files are in the new warehouse"
        )
        if report.set_aside:
            show(f"the old file is {report.set_aside}")
    for image_id, reason in report.lost[:SHOWN]:
        say(f"image {image_id} has no row: {reason}")
    if len(report.lost) > SHOWN:
        say(f"{len(report.lost) - SHOWN} more images have no row; --json lists them")
    return 1 if report.lost else 0
