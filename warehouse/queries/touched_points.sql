-- warehouse/queries/touched_points.sql: times of capture of the points that the inspections after row $after add, and of
-- the earlier revisions that they replace, by stream and model.
WITH new_rows AS (
    SELECT pass_id, revision, line, station, tool, family, model_id, captured_at
    FROM inspection
    WHERE rowid > $after
),

revised AS (
    SELECT DISTINCT pass_id
    FROM new_rows
    WHERE revision > 1
),

touched AS (
    SELECT line, station, tool, family, model_id, captured_at
    FROM new_rows
    UNION ALL
    SELECT
        inspection.line,
        inspection.station,
        inspection.tool,
        inspection.family,
        inspection.model_id,
        inspection.captured_at
    FROM inspection
    WHERE
        EXISTS (SELECT 1 FROM revised)
        AND inspection.pass_id IN (SELECT revised.pass_id FROM revised)
        AND inspection.rowid <= $after
)

SELECT
    line,
    station,
    tool,
    family,
    model_id,
    list(CAST(captured_at AT TIME ZONE 'UTC' AS TIMESTAMP) ORDER BY captured_at) AS times
FROM touched
GROUP BY line, station, tool, family, model_id;
