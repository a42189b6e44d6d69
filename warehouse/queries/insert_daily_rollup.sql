-- warehouse/queries/insert_daily_rollup.sql: computes the days and streams in `touched`, all of which
-- lie in [$first, $after).
INSERT INTO daily_rollup (
    day, line, station, tool, family, model_id,
    metric, n, total, total_squares, minimum, maximum, zeros, first_at, last_at
)
WITH inspected AS (
    SELECT
        CAST(touched.day AS DATE) AS day,
        latest_inspection.line,
        latest_inspection.station,
        latest_inspection.tool,
        latest_inspection.family,
        latest_inspection.model_id,
        latest_inspection.captured_at,
        CAST(latest_inspection.stain_count AS DOUBLE) AS stain_count,
        latest_inspection.total_stain_pct,
        latest_inspection.largest_stain_area_px,
        CAST(latest_inspection.scratch_count AS DOUBLE) AS scratch_count,
        latest_inspection.longest_scratch_px,
        latest_inspection.total_scratch_pct
    FROM latest_inspection
    INNER JOIN touched
        ON
            CAST(latest_inspection.captured_at AT TIME ZONE 'UTC' AS DATE) = CAST(touched.day AS DATE)
            AND latest_inspection.line = touched.line
            AND latest_inspection.station = touched.station
            AND latest_inspection.tool = touched.tool
            AND latest_inspection.family = touched.family
    WHERE latest_inspection.captured_at >= $first AND latest_inspection.captured_at < $after
),

measured AS (
    UNPIVOT inspected
    ON
        stain_count,
        total_stain_pct,
        largest_stain_area_px,
        scratch_count,
        longest_scratch_px,
        total_scratch_pct
    INTO NAME metric VALUE value
)

SELECT
    day,
    line,
    station,
    tool,
    family,
    model_id,
    metric,
    count(*) AS n,
    sum(value) AS total,
    sum(value * value) AS total_squares,
    min(value) AS minimum,
    max(value) AS maximum,
    count(*) FILTER (WHERE value = 0) AS zeros,
    min(captured_at) AS first_at,
    max(captured_at) AS last_at
FROM measured
GROUP BY day, line, station, tool, family, model_id, metric;
