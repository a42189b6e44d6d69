-- warehouse/queries/steps_by_day.sql: how one metric of the same parts changed between consecutive stations, by UTC day of
-- the later pass. Of a part that a station saw twice in a row, the last pass there is compared with the first one at the
-- next. Passes that different models measured are counted apart: their difference would be the models'.
WITH seen AS (
    SELECT
        part_id,
        line,
        station,
        model_id,
        captured_at,
        pass_id,
        CASE $metric
            WHEN 'stain_count' THEN stain_count
            WHEN 'total_stain_pct' THEN total_stain_pct
            WHEN 'largest_stain_area_px' THEN largest_stain_area_px
            WHEN 'scratch_count' THEN scratch_count
            WHEN 'longest_scratch_px' THEN longest_scratch_px
            WHEN 'total_scratch_pct' THEN total_scratch_pct
        END AS value
    FROM latest_inspection
    WHERE
        captured_at >= $earliest
        AND captured_at < $end
        AND ($any_line OR line = $line)
        AND ($any_family OR family = $family)
),

moved AS (
    SELECT
        line,
        station,
        model_id,
        captured_at,
        value,
        lag(station) OVER passes AS station_before,
        lag(model_id) OVER passes AS model_before,
        lag(value) OVER passes AS value_before
    FROM seen
    WINDOW passes AS (PARTITION BY part_id, line ORDER BY captured_at, pass_id)
)

SELECT
    line,
    station_before,
    station,
    CAST(captured_at AT TIME ZONE 'UTC' AS DATE) AS day,
    count(*) FILTER (WHERE model_before = model_id) AS pairs,
    coalesce(sum(value_before) FILTER (WHERE model_before = model_id), 0) AS before_total,
    coalesce(sum(value - value_before) FILTER (WHERE model_before = model_id), 0) AS change_total,
    coalesce(sum((value - value_before) ** 2) FILTER (WHERE model_before = model_id), 0) AS change_squares,
    count(*) FILTER (WHERE model_before <> model_id) AS other_model
FROM moved
WHERE station_before <> station AND captured_at >= $start
GROUP BY line, station_before, station, day
ORDER BY line, station_before, station, day;
