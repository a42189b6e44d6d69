"""Fifty rows of the list of parts, anywhere in it: `python -m benchmarks.bench_part_list`.

    python -m benchmarks.bench_part_list [--parts N] [--folder DIR] [--site SITE]

Fills a site with N inspections (default 1,000,000) of eight streams over two years, or reads one that is
there, and prints the median of a few calls: milliseconds by the clock, and of processor time, which
other work on the machine does not lengthen. 10,000,000 inspections need a quarter of an hour and 3 GB.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from warehouse.connection import (
    Connection,
    connect_snapshot,
    create_master,
    open_master,
    resolve_snapshot,
)
from warehouse.part_list import inspections_page
from warehouse.parts import PartFilters, neighbours
from warehouse.publish import publish
from warehouse.records import Stream
from warehouse.site import Site

ROWS = 50
CALLS = 5
CHUNK = 1_000_000
DAYS = 730
_SQL = Path(__file__).with_name("warehouse_scale.sql")
_ROLLUP = """
    INSERT INTO daily_rollup
    SELECT
        CAST(captured_at AT TIME ZONE 'UTC' AS DATE), line, station, tool, family, model_id,
        'stain_count', count(*), sum(stain_count), sum(stain_count * stain_count),
        min(stain_count), max(stain_count), count(*) FILTER (WHERE stain_count = 0),
        min(captured_at), max(captured_at)
    FROM inspection
    GROUP BY ALL
"""
INFINITE = float("inf")
LISTS = {
    "newest first": PartFilters(),
    "oldest first": PartFilters(order="oldest"),
    "one stream": PartFilters(streams=[Stream("L0", "station 1", "T0", "HS-40")]),
    "failed only": PartFilters(failed_only=True),
    "name contains 999": PartFilters(part_id_contains="999"),
    "most stains first": PartFilters(order="stain_count"),
    "largest stain first": PartFilters(order="largest_stain_area_px"),
    "5 stains and more, largest first": PartFilters(
        order="largest_stain_area_px", bounds=(("stain_count", 5, INFINITE),)
    ),
}


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the site is made")
    parser.add_argument("--site", type=Path, default=None, help="a site that is there")
    arguments = parser.parse_args()
    if arguments.site is not None:
        print_figures(arguments.site)
        return 0
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        made = Path(folder) / "site"
        fill(Site(made), arguments.parts)
        print_figures(made)
    return 0


def fill(site: Site, parts: int) -> None:
    """Make and publish a site of inspections alone: the list reads nothing else."""
    site.create_folders()
    create_master(site.master)
    statements = [
        one
        for one in _SQL.read_text(encoding="utf-8").split(";\n")
        if "INSERT INTO image" not in one and "INSERT INTO defect" not in one
    ]
    with open_master(site.master) as connection:
        for first in range(0, parts, CHUNK):
            for name, value in (
                ("parts", parts),
                ("days", DAYS),
                ("first", first),
                ("after", min(first + CHUNK, parts)),
            ):
                connection.execute(f"SET VARIABLE {name} = {value}")
            connection.execute(";\n".join(statements))
        connection.execute(_ROLLUP)
    publish(site)


def print_figures(folder: Path) -> None:
    """Print what fifty rows take at the beginning, in the middle and at the end of each list."""
    connection = connect_snapshot(resolve_snapshot(Site(folder).current))
    try:
        print(f"{ROWS} rows, median of {CALLS}: ms by the clock / of processor time")
        print(f"{'':34}{'rows':>12}{'beginning':>16}{'middle':>16}{'end':>16}")
        for name, filters in LISTS.items():
            total = inspections_page(connection, filters, 1, 0).total
            places = (0, total // 2, max(total - ROWS, 0))
            taken = "".join(f"{measured(connection, filters, at):>16}" for at in places)
            print(f"{name:34}{total:12,}{taken}", flush=True)
        some = inspections_page(connection, PartFilters(), 1, 10_000).rows[0].pass_id
        started = time.process_time()
        neighbours(connection, some)
        print(f"neighbours of a part: {1000 * (time.process_time() - started):.0f} ms of processor")
    finally:
        connection.close()


def measured(connection: Connection, filters: PartFilters, offset: int) -> str:
    """Return the medians of reading the rows from `offset` on."""
    clock, processor = [], []
    for _ in range(CALLS):
        started = time.perf_counter(), time.process_time()
        inspections_page(connection, filters, ROWS, offset)
        clock.append(1000 * (time.perf_counter() - started[0]))
        processor.append(1000 * (time.process_time() - started[1]))
    return f"{statistics.median(clock):.0f} / {statistics.median(processor):.0f}"


if __name__ == "__main__":
    sys.exit(main())
