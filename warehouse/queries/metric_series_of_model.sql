-- warehouse/queries/metric_series_of_model.sql: one metric of one stream as one model measured it, in the latest revision
-- that model made of each pass, the newest $limit points, oldest first.
SELECT pass_id, part_id, epoch_us(captured_at) AS captured_us, value, model_no, passed
FROM (
    SELECT
        measured.pass_id,
        measured.part_id,
        measured.captured_at,
        CASE $metric
            WHEN 'stain_count' THEN measured.stain_count
            WHEN 'total_stain_pct' THEN measured.total_stain_pct
            WHEN 'largest_stain_area_px' THEN measured.largest_stain_area_px
            WHEN 'scratch_count' THEN measured.scratch_count
            WHEN 'longest_scratch_px' THEN measured.longest_scratch_px
            WHEN 'total_scratch_pct' THEN measured.total_scratch_pct
        END AS value,
        list_position($models, measured.model_id) AS model_no,
        measured.passed
    FROM inspection AS measured
    LEFT JOIN (
        SELECT pass_id, max(revision) AS revision
        FROM inspection
        WHERE revision > 1 AND model_id = $model_id
        GROUP BY pass_id
    ) AS newest ON newest.pass_id = measured.pass_id
    WHERE
        measured.model_id = $model_id
        AND measured.revision = coalesce(newest.revision, 1)
        AND measured.line = $line
        AND measured.station = $station
        AND measured.tool = $tool
        AND measured.family = $family
        AND measured.captured_at >= $start
        AND measured.captured_at < $end
        -- The newest days that hold $limit points before $end: the others need not be read.
        AND measured.captured_at >= (
            SELECT coalesce(CAST(max(day) AS TIMESTAMP) AT TIME ZONE 'UTC', $start)
            FROM (
                SELECT day, sum(n) OVER (ORDER BY day DESC) AS points
                FROM daily_rollup
                WHERE
                    metric = 'stain_count'
                    AND line = $line
                    AND station = $station
                    AND tool = $tool
                    AND family = $family
                    AND model_id = $model_id
                    AND day < CAST($end AT TIME ZONE 'UTC' AS DATE)
            )
            WHERE points >= $limit
        )
    ORDER BY measured.captured_at DESC, measured.pass_id DESC
    LIMIT $limit
)
ORDER BY captured_at, pass_id;
