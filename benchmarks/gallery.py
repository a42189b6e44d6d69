"""Write docs/gallery.md and its pictures from rendered parts: `python -m benchmarks.gallery FILE`.

The table beside the pictures holds what the masks of rendered surfaces show. Each picture is cut
out of the page that `blemish chart --html` writes, by running the command that stands above it.
"""

import argparse
import csv
import io
import json
import re
import shlex
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.gallery_charts import ENTRIES, INTRODUCTION, Entry
from inference.defects import find_defects
from inference.metrics import measure_surface
from inference.rendering.planning import PART_SIZE, STAIN_MEAN, plan_surface
from inference.rendering.render import render_surface
from jobs.cli import main as blemish

SEED = 20
PARTS = 120
# So many parts come before the stains double: 18 days of five.
BEFORE = 90
PARTS_A_DAY = 5
# A part fails with more of its surface stained.
MOST_STAINED_PCT = 3.0

HEADING = 26
_SVG = re.compile(
    r'<svg viewBox="0 0 (\d+) (\d+)"[^>]*aria-label="([^",]*)[^"]*">(.*?)</svg>', re.DOTALL
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A row of the table: what the mask of one rendered part shows."""

    part: int
    day: int
    stain_count: int
    stain_area_pct: float
    largest_stain_px: float
    scratch_count: int
    longest_scratch_px: float


def rendered_parts(seed: int = SEED) -> Iterator[Part]:
    """Render and measure the parts; after `BEFORE` of them a part has twice as many stains."""
    for number in range(1, PARTS + 1):
        rng = np.random.default_rng((seed, number))
        mean = STAIN_MEAN if number <= BEFORE else 2.0 * STAIN_MEAN
        mask = render_surface(plan_surface(rng, stain_mean=mean), rng).mask
        defects = find_defects(mask, np.ones(mask.shape, dtype=np.float32))
        measured = measure_surface(defects, width=PART_SIZE, height=PART_SIZE)
        yield Part(
            part=number,
            day=(number - 1) // PARTS_A_DAY + 1,
            stain_count=measured.stain_count,
            stain_area_pct=round(measured.total_stain_pct, 3),
            largest_stain_px=round(measured.largest_stain_area_px, 1),
            scratch_count=measured.scratch_count,
            longest_scratch_px=round(measured.longest_scratch_px, 1),
        )


def write_tables(folder: Path, parts: Sequence[Part]) -> None:
    """Write the parts, one a row, and the failed parts of each day."""
    names = list(Part.__dataclass_fields__)
    _write(folder / "parts.csv", names, ([getattr(part, name) for name in names] for part in parts))
    days: dict[int, list[bool]] = {}
    for part in parts:
        days.setdefault(part.day, []).append(part.stain_area_pct > MOST_STAINED_PCT)
    rows = ([day, sum(failed), len(failed)] for day, failed in days.items())
    _write(folder / "days.csv", ["day", "failed", "inspected"], rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def drawn(entry: Entry) -> tuple[str, dict[str, Any]]:
    """Run the command of `entry`; return its HTML page and its JSON document."""
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / "chart.html"
        arguments = [*shlex.split(entry.command)[1:-1], str(html), "--json"]
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            code = blemish(arguments)
        if code != 0:
            raise RuntimeError(f"{entry.command} ended with {code}")
        return html.read_text("utf-8"), json.loads(printed.getvalue())


def picture(page: str) -> str:
    """Return the panels of a chart's page as one SVG, in the light colours of the page."""
    style = _STYLE.search(page)
    panels = _SVG.findall(page)
    if style is None or not panels:
        raise RuntimeError("the page of the chart has no panels")
    rules = [
        line for line in style[1].splitlines() if line.startswith((":root", "text", "path", "."))
    ]
    width = int(panels[0][0])
    pieces = []
    top = 0
    for _, height, name, drawing in panels:
        pieces.append(f'<text class="name" x="8" y="{top + 18}">{name}</text>')
        pieces.append(
            f'<svg y="{top + HEADING}" width="{width}" height="{height}">{drawing.strip()}</svg>'
        )
        top += HEADING + int(height)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}">',
            "<style>",
            *(rule.replace("color-scheme: light dark; ", "") for rule in rules),
            "text.name { fill: var(--ink); font-weight: 600; }",
            "</style>",
            f'<rect width="{width}" height="{top}" fill="#ffffff"/>',
            *pieces,
            "</svg>\n",
        )
    )


def sentences(entry: Entry, document: dict[str, Any], c_ucl: float | None) -> str:
    """Return what there is to see, with the figures of the chart."""
    change = BEFORE // PARTS_A_DAY if entry.by_day else BEFORE
    points = sorted({signal["index"] for signal in document["signals"]})
    after = [point for point in points if point > change]
    first = after[0] if after else 0
    runs = [signal["run"] for signal in document["signals"] if signal["index"] == first]
    last_panel = document["panels"][-1]["name"]
    confirmed = (
        signal["index"]
        for signal in document["signals"]
        if signal["panel"] == last_panel and signal["index"] > change
    )
    return entry.sentences.format(
        before=_have_signals(len(points) - len(after)),
        after=_have_signals(len(after)),
        first=first,
        begun=runs[0][0] if runs else 0,
        confirmed=min(confirmed, default=0),
        late=_ordinal(first - change),
        ucl=_upper_limit(document),
        c_ucl=c_ucl,
        flagged=round(document["flagged_points_per_1000"] or 0.0, 1),
    )


def _have_signals(points: int) -> str:
    singular = {0: "no point has a signal", 1: "one point has a signal"}
    return singular.get(points, f"{points} points have signals")


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")


def _upper_limit(document: dict[str, Any]) -> float | None:
    """Return the upper limit at the last point of the first panel, None where it has none."""
    limit = document["panels"][0]["ucl"][-1]
    return None if limit is None else round(limit, 1)


def write_gallery(page: Path) -> None:
    """Write the tables, the pictures and the page that shows them."""
    folder = page.parent / "images" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder, list(rendered_parts()))
    charts = {entry.name: drawn(entry) for entry in ENTRIES}
    c_ucl = _upper_limit(charts["c"][1])
    sections = [INTRODUCTION]
    for entry in ENTRIES:
        html, document = charts[entry.name]
        (folder / f"{entry.name}.svg").write_text(picture(html), "utf-8")
        sections.append(
            f"## {entry.title}\n\n    {entry.command}\n\n"
            f"{sentences(entry, document, c_ucl)}\n\n"
            f"![{entry.title}](images/gallery/{entry.name}.svg)\n"
        )
    page.write_text("\n".join(sections), "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the gallery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path, metavar="FILE", help="docs/gallery.md")
    write_gallery(parser.parse_args(arguments).page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
