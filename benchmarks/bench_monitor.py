"""Seconds of a nightly evaluation: 2,400 characteristics, 10 million stored inspections, 20,000 new.

    python -m benchmarks.bench_monitor [--rows N] [--check]

The same night is timed on a tenth of the history and on the whole: the ratio says whether the cost
grows with history. The warehouse is a temporary file; its history is written by SQL, with the
evaluation of all but the last nights taken as done: first evaluations are not what is timed.
`--check` exits with 1 above the bars.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
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
from warehouse.series import streams
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


def write_locations(connection: Connection, first: datetime, last: datetime) -> None:
    """Write where the defects of some days lay."""
    connection.execute(LOCATIONS, {"first": first, "last": last})


def evaluate(journal: Journal, connection: Connection, rows: int) -> tuple[MonitorReport, float]:
    """Evaluate what is new after `rows` inspections, and time it."""
    started = time.perf_counter()
    report = evaluate_all(
        journal, connection, SETTINGS, now=START + rows * BETWEEN, evaluation_id=1
    )
    return report, time.perf_counter() - started


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


def timed_night(rows: int) -> tuple[MonitorReport, float]:
    """Make a plant with `rows` evaluated inspections and time the night after the next."""
    with tempfile.TemporaryDirectory(prefix="bench-monitor-") as folder:
        site = Site(Path(folder))
        site.create_folders()
        create_master(site.master)
        create_journal(site.journal)
        with open_journal(site.journal) as journal, open_master(site.master) as connection:
            write_rows(connection, 0, LEARNT, highest=0)
            evaluate(journal, connection, LEARNT)
            write_rows(connection, 0, LEARNT, lowest=1)
            approve_everywhere(journal, [one.stream for one in streams(connection)])
            evaluate(journal, connection, LEARNT)
            write_rows(connection, LEARNT, rows)
            connection.execute(AS_EVALUATED)
            with transaction(connection):
                replace_mark(connection, newest_mark(connection, now=START))
            end = START + rows * BETWEEN
            write_locations(connection, end - timedelta(days=60), end - timedelta(days=1))
            connection.execute("CHECKPOINT")
            seconds = 0.0
            for night in (1, 2):
                # The first one freezes the baselines of the locations; the second is an ordinary one.
                write_rows(connection, rows + (night - 1) * NEW, rows + night * NEW)
                day = end + timedelta(days=night - 1)
                write_locations(connection, day, day)
                report, seconds = evaluate(journal, connection, rows + night * NEW)
            return report, seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both nights and their ratio; with --check, 1 above a bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    if options.rows // 10 <= LEARNT:
        parser.error(f"--rows must be above {10 * LEARNT}: limits are learnt from {LEARNT}")
    small_report, small = timed_night(options.rows // 10)
    report, whole = timed_night(options.rows)
    print(f"{report.evaluated} characteristics, {NEW} new inspections")
    print(f"{options.rows // 10:>10} stored inspections: {small:6.1f} s, {small_report.states}")
    print(f"{options.rows:>10} stored inspections: {whole:6.1f} s, {report.states}")
    print(f"ten times the history: {whole / small:.2f} times the night")
    failed = report.errors or whole > BAR_SECONDS or whole / small > BAR_GROWTH
    return 1 if options.check and failed else 0


if __name__ == "__main__":
    sys.exit(main())
