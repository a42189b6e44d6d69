"""Draw a demonstration plan into an inbox: one folder a day, pictures and a manifest, as cameras do."""

from __future__ import annotations

import csv
import io
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

import numpy as np

from inference.overlay import encode_png
from inference.pipeline import use_one_thread
from inference.rendering.plan import SurfacePlan
from inference.rendering.render import render_surface
from jobs.demonstration.plan import DemoPass, DemoPlan
from jobs.progress import Progress, no_progress

WORKERS = 2
CHUNK = 8
UM_PER_PX = 50.0
"""Scale of the demonstration's cameras, so that areas in mm² are shown as well."""

COLUMNS = (
    "part_id",
    "image",
    "captured_at",
    "lot",
    "station",
    "line",
    "tool",
    "family",
    "um_per_px",
)

Drawing = tuple[SurfacePlan, tuple[int, int, int], str]
"""A surface, its seed, and where its picture goes: what a worker needs of a pass."""


def write_inbox(plan: DemoPlan, inbox: Path, *, progress: Progress = no_progress) -> int:
    """Write the pictures and manifests of `plan` below `inbox`; return the number of pictures.

    The same plan gives the same bytes. Manifests come last, day by day, as a line's computer
    writes them when the pictures are there.
    """
    drawings: list[Drawing] = []
    for one in plan.passes:
        folder = inbox / day_of(one)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        drawings.append((one.surface, one.seed, str(folder / one.image_name)))
    # By spawn: a fork would carry this process's threads and open stores into the workers.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context, initializer=use_one_thread) as pool:
        for done, _ in enumerate(pool.map(_draw, drawings, chunksize=CHUNK), start=1):
            progress("drawing", done, len(drawings))
    for day, passes in groupby(plan.passes, key=day_of):
        (inbox / day / "manifest.csv").write_text(manifest_text(passes), encoding="utf-8")
    return len(drawings)


def day_of(one: DemoPass) -> str:
    """Return the name of the day folder of a pass."""
    return one.captured_at.date().isoformat()


def manifest_text(passes: Iterable[DemoPass]) -> str:
    """Return the manifest of one day's passes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(one) for one in passes)
    return text.getvalue()


def _row(one: DemoPass) -> Sequence[str]:
    stream = one.stream
    return (
        one.part_id,
        one.image_name,
        one.captured_at.isoformat(),
        f"LOT-{one.captured_at:%j}",
        stream.station,
        stream.line,
        stream.tool,
        stream.family,
        f"{UM_PER_PX:g}",
    )


def _draw(drawing: Drawing) -> None:
    """Draw one picture, in a worker."""
    surface, seed, path = drawing
    rendered = render_surface(surface, np.random.default_rng(seed))
    # The quickest of PNG's levels: half the time for a tenth more bytes.
    Path(path).write_bytes(encode_png(rendered.pixels, compression=1))
