"""The warehouse at scale: the batch writer against plain inserts, publishing, the pages' queries.

    python -m benchmarks.bench_warehouse [--parts N] [--folder DIR] [--check]

The writer and plain DuckDB inserts of the same rows take turns. The queries run on a warehouse of N/10
parts and on one of N (default 1,000,000), filled with SQL (`warehouse_scale.sql`), so that the last
column says how each grows with ten times the parts. 10,000,000 parts need an hour and 20 GB.
`--check` exits with 1 beyond the bars.
"""

import argparse
import gc
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.warehouse_rows import (
    ROWS_A_PART,
    START,
    batch_of,
    frames_of,
    insert_plainly,
)
from warehouse.batch import write_batch
from warehouse.connection import (
    Connection,
    connect_snapshot,
    create_master,
    open_master,
    resolve_snapshot,
)
from warehouse.evidence import new_key
from warehouse.location import LocationMap, location_counts
from warehouse.part_list import inspections_page
from warehouse.parts import PartFilters
from warehouse.publish import publish
from warehouse.records import Stream
from warehouse.rollups import recompute
from warehouse.runs import latest_runs
from warehouse.seals import arm
from warehouse.series import metric_series, streams
from warehouse.site import Site
from warehouse.states import states

DAYS = 730
# Rounds of the writer, by the parts in a batch.
ROUNDS = {1_000: 7, 100_000: 1}
CALLS = 40
# What one transaction of a fill holds must fit in memory, its keys above all.
AT_ONCE = 250_000
BAR_RATIO = 2.0
BAR_MS = 50.0
BARRED = ("overview", "last 500 points", "map", "map of 30 days", "day rollup")
_SQL = Path(__file__).with_name("warehouse_scale.sql")


def main() -> int:
    """Print the figures; 1 with `--check` where one is beyond its bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the warehouses are made")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        ratios = [writer_ratio(parts, Path(folder)) for parts in ROUNDS]
        small = measured(arguments.parts // 10, Path(folder) / "small")
        large = measured(arguments.parts, Path(folder) / "large")
    print(f"\np95 of {CALLS} calls, ms{arguments.parts // 10:25,}{arguments.parts:12,}   growth")
    for name, taken in large.items():
        print(f"{name:30}{small[name]:12.1f}{taken:12.1f}{taken / small[name]:9.1f} x")
    slow = max(large[name] for name in BARRED)
    print(f"bars: {BAR_RATIO:g} x for the writer, {BAR_MS:g} ms for {', '.join(BARRED)}")
    return int(arguments.check and (max(ratios) > BAR_RATIO or slow > BAR_MS))


def writer_ratio(parts: int, folder: Path) -> float:
    """Print and return how much more processor time our writer takes than plain inserts.

    What the evidence of a site costs on top is printed apart: plain inserts have none.
    """
    taken: dict[str, list[float]] = {"ours": [], "sealed": [], "plain": []}
    for number in range(ROUNDS[parts]):
        batch = batch_of(parts, first=number * parts)
        frames = frames_of(batch)
        for name, times in taken.items():
            path = folder / f"{name}-{parts}.duckdb"
            if not path.exists():
                create_master(path)
            with open_master(path) as connection:
                if name == "sealed":
                    arm(connection, new_key(complete=True, now=START))
                gc.collect()
                started = time.process_time()
                if name == "plain":
                    insert_plainly(connection, frames)
                else:
                    write_batch(connection, batch)
                times.append(time.process_time() - started)
    ours, sealed, plain = (statistics.median(times) for times in taken.values())
    rows = parts * ROWS_A_PART
    print(
        f"batch of {parts:7,} parts: {rows / ours:9,.0f} rows per CPU second, plain inserts "
        f"{rows / plain:9,.0f}: {ours / plain:.2f} x the time; sealing them takes "
        f"{1000 * (sealed - ours) / parts:.3f} ms a part more ({sealed / plain:.2f} x)"
    )
    return ours / plain


def measured(parts: int, folder: Path) -> dict[str, float]:
    """Fill a site with `parts` parts, publish it, and return the p95 of each query, ms."""
    site = Site(folder)
    site.create_folders()
    fill(site.master, parts)
    started = time.perf_counter()
    publish(site)
    seconds = time.perf_counter() - started
    size = resolve_snapshot(site.current).stat().st_size
    print(
        f"{parts:,} parts with {5 * parts:,} defects: published in {seconds:.1f} s, "
        f"{size / 2**20:,.0f} MiB on the disk ({size / parts:,.0f} bytes a part)"
    )
    connection = connect_snapshot(resolve_snapshot(site.current))
    try:
        return {name: _p95(call) for name, call in calls(connection).items()}
    finally:
        connection.close()


def fill(path: Path, parts: int) -> None:
    """Create a warehouse of `parts` parts and compute its rollups month by month."""
    create_master(path)
    with open_master(path) as connection:
        connection.execute(f"SET VARIABLE parts = {parts}; SET VARIABLE days = {DAYS}")
        text = _SQL.read_text(encoding="utf-8")
        for first in range(0, parts, AT_ONCE):
            after = min(parts, first + AT_ONCE)
            connection.execute(f"SET VARIABLE first = {first}; SET VARIABLE after = {after}")
            connection.execute(text)
        found = connection.execute(
            "SELECT DISTINCT CAST(captured_at AT TIME ZONE 'UTC' AS DATE), line, station, tool, "
            "family FROM inspection"
        ).fetchall()
        months: dict[tuple[int, int], set[Any]] = {}
        for day, *parts_of_stream in found:
            months.setdefault((day.year, day.month), set()).add((day, Stream(*parts_of_stream)))
        for _, days in sorted(months.items()):
            connection.execute("BEGIN")
            recompute(connection, days)
            connection.execute("COMMIT")


def calls(connection: Connection) -> dict[str, Callable[[], object]]:
    """Return what the pages ask, by name."""
    found = streams(connection)
    stream, last = found[-1].stream, max(one.last_at for one in found)
    month = last - timedelta(days=30)
    # Neither end at midnight, and another minute at each call.
    minutes = itertools.count(1)
    by_day = (
        "SELECT day, sum(total) / sum(n) FROM daily_rollup WHERE metric = 'stain_count' AND line = ? "
        "AND station = ? AND tool = ? AND family = ? GROUP BY day ORDER BY day"
    )
    key = [stream.line, stream.station, stream.tool, stream.family]
    return {
        "overview": lambda: (states(connection), streams(connection), latest_runs(connection, 1)),
        "last 500 points": lambda: metric_series(connection, stream, "stain_count", limit=500),
        "map": lambda: location_counts(connection, defect_class="stain"),
        "day rollup": lambda: connection.execute(by_day, key).fetchall(),
        "map of 30 days": lambda: _map_of_30_days(
            connection, last - timedelta(minutes=37 * next(minutes))
        ),
        "map of one stream": lambda: location_counts(
            connection, defect_class="stain", streams=[stream]
        ),
        "newest 50 parts": lambda: inspections_page(connection, PartFilters()),
        "worst 50 parts of 30 days": lambda: inspections_page(
            connection, PartFilters(order="stain_count", start=month)
        ),
    }


def _map_of_30_days(connection: Connection, end: datetime) -> LocationMap:
    return location_counts(
        connection, defect_class="stain", start=end - timedelta(days=30), end=end
    )


def _p95(call: Callable[[], object]) -> float:
    call()
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - started))
    return sorted(taken)[int(0.95 * CALLS)]


if __name__ == "__main__":
    sys.exit(main())
