"""Seconds of a nightly evaluation: 2,400 characteristics, 10 million stored inspections, 20,000 new.

    python -m benchmarks.bench_monitor [--rows N] [--check]

The same night is timed on a tenth of the history and on the whole: the ratio says whether the cost
grows with history. The warehouse is a temporary file; its history is written by SQL, with the
evaluation of all but the last nights taken as done: first evaluations are not what is timed. Beside
the seconds on the clock stand those of the processor, which other programs do not lengthen: the
ratio is of these. `--check` exits with 1 above the bars.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobs.monitor import MonitorReport, evaluate_all
from jobs.settings import Settings
from warehouse.connection import Connection, create_master, open_master
from warehouse.journal.characteristics import characteristic_id
from warehouse.journal.phases import activate_phase, phases, propose_phase
from warehouse.journal.store import Journal, create_journal, open_journal
from warehouse.monitor_mark import newest_mark, replace_mark
from warehouse.records import Stream
from warehouse.site import Site
from warehouse.transaction import transaction

ROWS = 10_000_000
NEW = 20_000
STREAMS = 172
LEARNT = 200 * STREAMS
START = datetime(2022, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(microseconds=4_320_000)
BAR_SECONDS = 60.0
BAR_GROWTH = 1.5
SETTINGS = Settings.model_validate({"specification": {"stain_count": 20, "scratch_count": 12}})

INSPECTIONS = """
INSERT INTO inspection BY NAME
SELECT
    'P' || lpad(CAST(i AS VARCHAR), 9, '0') AS pass_id,
    1 AS revision,
    'part-' || i AS part_id,
    'L' || stream_no // 16 AS line,
    'S' || stream_no % 16 // 4 AS station,
    'T' || stream_no % 4 AS tool,
    'HS-40' AS family,
    captured_at,
    repeat('a', 64) AS model_id,
    1 AS run_id,
    1 AS views_present,
    CAST(hash(i) % 7 + hash(i, 9) % 3 AS INTEGER) AS stain_count,
    exp((hash(i, 1) % 1000 + hash(i, 11) % 1000) / 400.0) AS largest_stain_area_px,
    0.0 AS total_stain_area_px,
    exp((hash(i, 2) % 1000 + hash(i, 12) % 1000) / 1000.0) AS total_stain_pct,
    CAST(hash(i, 3) % 4 AS INTEGER) AS scratch_count,
    exp((hash(i, 4) % 1000 + hash(i, 14) % 1000) / 500.0) AS longest_scratch_px,
    0.0 AS total_scratch_area_px,
    exp((hash(i, 5) % 1000 + hash(i, 15) % 1000) / 1000.0) AS total_scratch_pct,
    102400 AS surface_px,
    hash(i, 6) % 40 > 0 AS passed,
    CAST([] AS VARCHAR[]) AS failed_criteria
FROM made
ORDER BY i
"""

IMAGES = """
INSERT INTO image BY NAME
SELECT
    lpad(CAST(i AS VARCHAR), 64, '0') AS image_id,
    1 AS revision,
    'P' || lpad(CAST(i AS VARCHAR), 9, '0') AS pass_id,
    'part-' || i AS part_id,
    i || '.png' AS path,
    'L' || stream_no // 16 AS line,
    'S' || stream_no % 16 // 4 AS station,
    'T' || stream_no % 4 AS tool,
    'HS-40' AS family,
    captured_at,
    'manifest' AS captured_at_source,
    320 AS width,
    320 AS height,
    'PNG' AS image_format,
    repeat('a', 64) AS model_id,
    1 AS run_id,
    100 + (hash(i, 21) % 1000 + hash(i, 22) % 1000) / 100.0 AS brightness,
    10 + (hash(i, 23) % 1000 + hash(i, 24) % 1000) / 1000.0 AS contrast,
    50 + (hash(i, 25) % 1000 + hash(i, 26) % 1000) / 200.0 AS focus,
    0.97 + (hash(i, 27) % 1000 + hash(i, 28) % 1000) / 100000.0 AS mean_confidence,
    0.95 AS background_share,
    0.03 + (hash(i, 29) % 1000 + hash(i, 30) % 1000) / 100000.0 AS entropy,
    9.5 AS inference_ms
FROM made
ORDER BY i
"""

# Six parts with a defect in every second cell of a day are a plausible night of 125 parts.
LOCATIONS = """
INSERT INTO location_rollup BY NAME
SELECT
    days.day,
    'L' || stream_no // 16 AS line,
    'S' || stream_no % 16 // 4 AS station,
    'T' || stream_no % 4 AS tool,
    'HS-40' AS family,
    repeat('a', 64) AS model_id,
    classes.defect_class,
    CAST(cell // 32 AS INTEGER) AS cell_row,
    CAST(cell % 32 AS INTEGER) AS cell_column,
    1 + hash(day, stream_no, cell, defect_class) % 3 AS parts,
    100.0 AS area_px,
    125 AS parts_inspected
FROM (
    SELECT CAST(unnest(generate_series($first, $last, INTERVAL 1 DAY)) AS DATE) AS day
) AS days
CROSS JOIN range(172) AS streams (stream_no)
CROSS JOIN (SELECT unnest(['stain', 'scratch']) AS defect_class) AS classes
CROSS JOIN range(1024) AS cells (cell)
WHERE hash(day, stream_no, cell, defect_class, 7) % 20 = 0
"""

DAYS = """
INSERT INTO daily_rollup BY NAME
SELECT
    CAST(captured_at AT TIME ZONE 'UTC' AS DATE) AS day,
    line, station, tool, family, model_id, metric,
    count(*) AS n,
    sum(value) AS total,
    sum(value * value) AS total_squares,
    min(value) AS minimum,
    max(value) AS maximum,
    count(*) FILTER (WHERE value = 0) AS zeros,
    min(captured_at) AS first_at,
    max(captured_at) AS last_at
FROM (
    UNPIVOT (
        SELECT captured_at, line, station, tool, family, model_id,
            CAST(stain_count AS DOUBLE) AS stain_count, total_stain_pct, largest_stain_area_px,
            CAST(scratch_count AS DOUBLE) AS scratch_count, longest_scratch_px, total_scratch_pct
        FROM inspection
        WHERE captured_at >= $first AND captured_at < $after
    )
    ON stain_count, total_stain_pct, largest_stain_area_px,
        scratch_count, longest_scratch_px, total_scratch_pct
    INTO NAME metric VALUE value
)
GROUP BY ALL
"""

# What a plant that was evaluated every night would have: nothing here is timed.
AS_EVALUATED = """
CREATE OR REPLACE TEMP TABLE ends AS
SELECT line, station, tool, family, count(*) AS points, max(captured_at) AS last_at,
    arg_max(pass_id, captured_at) AS pass_id
FROM inspection GROUP BY line, station, tool, family;
UPDATE chart_checkpoint
SET reached_at = ends.last_at, pass_id = ends.pass_id, memory = 0, side = 0, run = []
FROM ends
WHERE starts_with(
    characteristic_id,
    ends.line || '/' || ends.station || '/' || ends.tool || '/' || ends.family || ':'
) AND NOT contains(characteristic_id, '_share');
UPDATE monitored_stream
SET points = ends.points, passes = ends.points, last_at = ends.last_at,
    tail_at = ends.last_at - INTERVAL 12 HOUR
FROM ends
WHERE monitored_stream.line = ends.line AND monitored_stream.station = ends.station
    AND monitored_stream.tool = ends.tool;
UPDATE part_group SET after_at = ends.last_at - INTERVAL 1 SECOND, last_at = ends.last_at
FROM ends
WHERE part_group.line = ends.line AND part_group.station = ends.station
    AND part_group.tool = ends.tool AND number = 10;
"""


def write_rows(
    connection: Connection,
    first: int,
    after: int,
    *,
    lowest: int = 0,
    highest: int = STREAMS - 1,
) -> None:
    """Write inspections number `first` … `after` - 1 of some streams, each with its image."""
    text = Path(__file__).with_suffix(".sql").read_text("utf-8")
    values = {"first": first, "after": after, "lowest": lowest, "highest": highest}
    connection.execute(text, values)
    connection.execute(INSPECTIONS)
    connection.execute(IMAGES)


def write_days(connection: Connection, first: datetime, last: datetime) -> None:
    """Write the sums of some days, and where their defects lay."""
    connection.execute(DAYS, {"first": first, "after": last + timedelta(days=1)})
    connection.execute(LOCATIONS, {"first": first, "last": last})


@dataclass(frozen=True, slots=True)
class Night:
    """One timed evaluation: what it found, seconds on the clock, seconds of the processor."""

    report: MonitorReport
    seconds: float
    cpu_seconds: float


def evaluate(journal: Journal, connection: Connection, rows: int) -> Night:
    """Evaluate what is new after `rows` inspections, and time it."""
    started, used = time.perf_counter(), time.process_time()
    report = evaluate_all(
        journal, connection, SETTINGS, now=START + rows * BETWEEN, evaluation_id=1
    )
    return Night(report, time.perf_counter() - started, time.process_time() - used)


def approve_everywhere(journal: Journal, all_streams: Sequence[Stream]) -> None:
    """Put the limits of the one stream that was learnt from in force on every stream."""
    for row in phases(journal):
        activate_phase(journal, row.phase_id, who="bench", now=START, reason="to be evaluated")
        metric = row.characteristic_id.partition(":")[2]
        for stream in all_streams:
            if not row.characteristic_id.startswith(f"{stream.key}:"):
                propose_phase(
                    journal,
                    characteristic_id=characteristic_id(stream, metric),
                    model_id=row.model_id,
                    valid_from=row.valid_from,
                    first_pass_at=row.first_pass_at,
                    last_pass_at=row.last_pass_at,
                    phase=row.phase,
                    created_by="bench",
                    created_at=START,
                    reason="limits of the first stream",
                    activate=True,
                )


def streams(connection: Connection) -> list[Stream]:
    """Return every stream of the plant."""
    wanted = "SELECT DISTINCT line, station, tool, family FROM inspection ORDER BY ALL"
    return [Stream(*row) for row in connection.execute(wanted).fetchall()]


def make_plant(folder: Path) -> Site:
    """Make a plant with limits in force everywhere; the history comes behind what they rest on."""
    site = Site(folder)
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    with open_journal(site.journal) as journal, open_master(site.master) as connection:
        write_rows(connection, 0, LEARNT, highest=0)
        evaluate(journal, connection, LEARNT)
        write_rows(connection, 0, LEARNT, lowest=1)
        approve_everywhere(journal, streams(connection))
        evaluate(journal, connection, LEARNT)
    return site


def timed_night(site: Site, rows: int) -> Night:
    """Give a plant `rows` evaluated inspections and time the night after the next."""
    with open_journal(site.journal) as journal, open_master(site.master) as connection:
        write_rows(connection, LEARNT, rows)
        connection.execute(AS_EVALUATED)
        with transaction(connection):
            replace_mark(connection, newest_mark(connection, now=START))
        end = START + rows * BETWEEN
        write_days(connection, end - timedelta(days=60), end - timedelta(days=1))
        connection.execute("CHECKPOINT")
        for night in (1, 2):
            # The first one freezes the baselines of the locations; the second is an ordinary one.
            write_rows(connection, rows + (night - 1) * NEW, rows + night * NEW)
            day = end + timedelta(days=night - 1)
            write_days(connection, day, day)
            found = evaluate(journal, connection, rows + night * NEW)
        return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both nights and their ratio; with --check, 1 above a bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    if options.rows // 10 <= LEARNT:
        parser.error(f"--rows must be above {10 * LEARNT}: limits are learnt from {LEARNT}")
    nights = []
    with tempfile.TemporaryDirectory(prefix="bench-monitor-") as folder:
        plant = make_plant(Path(folder) / "plant")
        for rows in (options.rows // 10, options.rows):
            copied = Path(folder) / str(rows)
            shutil.copytree(plant.root, copied)
            nights.append(timed_night(Site(copied), rows))
            shutil.rmtree(copied)
            night = nights[-1]
            print(
                f"{rows:>10} stored inspections, {NEW} new, {night.report.evaluated} characteristics: "
                f"{night.seconds:.1f} s, {night.cpu_seconds:.1f} s of the processor, "
                f"{night.report.states}",
                flush=True,
            )
    small, whole = nights
    growth = whole.cpu_seconds / small.cpu_seconds
    print(f"ten times the history: {growth:.2f} times the night")
    failed = whole.report.errors or whole.seconds > BAR_SECONDS or growth > BAR_GROWTH
    return 1 if options.check and failed else 0


if __name__ == "__main__":
    sys.exit(main())
