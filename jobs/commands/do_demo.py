"""`blemish demo`."""

import shutil
import sys
from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, show
from jobs.console_progress import console_progress
from jobs.demo import DAYS, PARTS, SEED, build_demo
from jobs.demonstration.plan import EXCURSION_STREAM

NAME = "blemish"


def run(
    root: Path, *, parts: int | None, days: float | None, seed: int | None, as_json: bool
) -> int:
    """Make the demonstration and say where to look."""
    with console_progress() as progress:
        report = build_demo(
            root.absolute(),
            clock=utc_now,
            parts=PARTS if parts is None else parts,
            days=DAYS if days is None else days,
            seed=SEED if seed is None else seed,
            progress=progress,
        )
    if as_json:
        print_json(report.to_dict())
        return 0
    show(f"{report.parts} parts in {report.images} images, measured at {report.site}")
    if report.run.monitor:
        states = ", ".join(f"{n} {state}" for state, n in report.run.monitor.states.items())
        show(f"charts: {states}; the excursion is planted on {EXCURSION_STREAM.key}")
    for preview in report.previews:
        show(f"the mail that would be sent: {preview}")
    show(f"next: {_program()} serve --site {report.site}")
    return 0


def _program() -> str:
    """How this program is called here: with its folder where the shell does not find it by name."""
    called = Path(sys.argv[0])
    if called.name != NAME or shutil.which(NAME):
        return NAME
    return str(called)
