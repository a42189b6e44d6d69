"""Queries for the questions that engineers ask first."""

from typing import Final

EXAMPLES: Final[dict[str, str]] = {
    "Yield by lot": """\
SELECT lot, count(*) AS parts, round(100 * avg(passed::INT), 1) AS yield_pct
FROM latest_inspection
WHERE captured_at >= now() - INTERVAL 90 DAY
GROUP BY lot
ORDER BY yield_pct, parts DESC""",
    "Worst parts": """\
SELECT part_id, station, captured_at, stain_count, largest_stain_area_px, failed_criteria
FROM latest_inspection
WHERE captured_at >= now() - INTERVAL 30 DAY
ORDER BY largest_stain_area_px DESC
LIMIT 20""",
    "Stains by station and day": """\
SELECT day, line, station, sum(n) AS parts, round(sum(total) / sum(n), 3) AS stains_per_part
FROM daily_rollup
WHERE metric = 'stain_count' AND day >= current_date - 30
GROUP BY ALL
ORDER BY line, station, day""",
    "Map of a region": """\
-- Cells of the 32 x 32 map in the upper right quarter, most affected first.
SELECT
    cell_row,
    cell_column,
    sum(parts) AS parts,
    sum(area_px) AS area_px
FROM location_rollup
WHERE defect_class = 'stain' AND cell_row < 16 AND cell_column >= 16
    AND day >= current_date - 30
GROUP BY ALL
ORDER BY parts DESC""",
    "Parts behind a region": """\
SELECT image.part_id, image.station, image.captured_at, count(*) AS stains
FROM latest_defect AS defect
JOIN latest_image AS image USING (image_id, revision, captured_at)
WHERE defect_class = 'stain' AND defect.part_x > 0.75 AND defect.part_y < 0.25
GROUP BY ALL
ORDER BY stains DESC
LIMIT 100""",
    "Signals with their causes": """\
SELECT signal.characteristic_id, rule, completing_at, value, ucl, code, action, owner
FROM open_signal AS signal LEFT JOIN cause USING (signal_id)
ORDER BY completing_at DESC""",
    "What became of the files": """\
SELECT run_id, started_at, seen, measured, quarantined, ignored, deferred, known, error
FROM ingest_run
ORDER BY run_id DESC
LIMIT 30""",
}
