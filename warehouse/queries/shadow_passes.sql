-- warehouse/queries/shadow_passes.sql: the passes of a stream in [$start, $end) with the newest revision that another
-- model made, the newest $limit of them, newest first, and whether $model_id has measured them in shadow.
WITH chosen AS (
    SELECT
        inspection.pass_id,
        max(inspection.revision) AS beside_revision,
        max(inspection.captured_at) AS captured_at
    FROM inspection
    WHERE
        inspection.model_id <> $model_id
        AND inspection.line = $line
        AND inspection.station = $station
        AND inspection.tool = $tool
        AND inspection.family = $family
        AND inspection.captured_at >= $start
        AND inspection.captured_at < $end
    GROUP BY inspection.pass_id
    ORDER BY captured_at DESC, inspection.pass_id DESC
    LIMIT $limit
)

SELECT
    chosen.pass_id,
    chosen.beside_revision,
    shadow_inspection.pass_id IS NOT NULL AS is_measured
FROM chosen
LEFT JOIN shadow_inspection
    ON
        shadow_inspection.model_id = $model_id
        AND shadow_inspection.pass_id = chosen.pass_id
        AND shadow_inspection.beside_revision = chosen.beside_revision
ORDER BY chosen.captured_at DESC, chosen.pass_id DESC;
