-- warehouse/queries/metric_series.sql: one metric of one stream, latest revisions, the newest $limit points, oldest first.
SELECT pass_id, part_id, epoch_us(captured_at) AS captured_us, value, model_no, passed
FROM (
    SELECT
        latest_inspection.pass_id,
        latest_inspection.part_id,
        latest_inspection.captured_at,
        CASE $metric
            WHEN 'stain_count' THEN latest_inspection.stain_count
            WHEN 'total_stain_pct' THEN latest_inspection.total_stain_pct
            WHEN 'largest_stain_area_px' THEN latest_inspection.largest_stain_area_px
            WHEN 'scratch_count' THEN latest_inspection.scratch_count
            WHEN 'longest_scratch_px' THEN latest_inspection.longest_scratch_px
            WHEN 'total_scratch_pct' THEN latest_inspection.total_scratch_pct
        END AS value,
        list_position($models, latest_inspection.model_id) AS model_no,
        latest_inspection.passed
    FROM latest_inspection
    WHERE
        latest_inspection.line = $line
        AND latest_inspection.station = $station
        AND latest_inspection.tool = $tool
        AND latest_inspection.family = $family
        AND latest_inspection.captured_at >= $start
        AND latest_inspection.captured_at < $end
        -- The newest days that hold $limit points before $end: the others need not be read.
        AND latest_inspection.captured_at >= (
            SELECT coalesce(CAST(max(day) AS TIMESTAMP) AT TIME ZONE 'UTC', $start)
            FROM (
                SELECT day, sum(sum(n)) OVER (ORDER BY day DESC) AS points
                FROM daily_rollup
                WHERE
                    metric = 'stain_count'
                    AND line = $line
                    AND station = $station
                    AND tool = $tool
                    AND family = $family
                    AND day < CAST($end AT TIME ZONE 'UTC' AS DATE)
                GROUP BY day
            )
            WHERE points >= $limit
        )
    ORDER BY latest_inspection.captured_at DESC, latest_inspection.pass_id DESC
    LIMIT $limit
)
ORDER BY captured_at, pass_id;
