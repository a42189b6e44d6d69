-- warehouse/queries/new_by_stream.sql: the inspections after row $after, by stream and model.
WITH new_rows AS (
    SELECT rowid AS place, pass_id, revision, line, station, tool, family, model_id, captured_at
    FROM inspection
    WHERE rowid > $after
),

revised AS (
    SELECT pass_id, model_id
    FROM new_rows
    WHERE revision > 1
),

first_places AS (
    SELECT inspection.pass_id, inspection.model_id, min(inspection.rowid) AS place
    FROM inspection
    WHERE
        EXISTS (SELECT 1 FROM revised)
        AND inspection.pass_id IN (SELECT revised.pass_id FROM revised)
    GROUP BY inspection.pass_id, inspection.model_id
)

SELECT
    new_rows.line,
    new_rows.station,
    new_rows.tool,
    new_rows.family,
    new_rows.model_id,
    count(*) AS found,
    count(*) FILTER (WHERE first_places.place < new_rows.place) AS again,
    count(*) FILTER (WHERE new_rows.revision = 1) AS passes,
    min(new_rows.captured_at) AS first_at,
    max(new_rows.captured_at) AS last_at
FROM new_rows
LEFT JOIN first_places
    ON
        first_places.pass_id = new_rows.pass_id
        AND first_places.model_id = new_rows.model_id
GROUP BY new_rows.line, new_rows.station, new_rows.tool, new_rows.family, new_rows.model_id
ORDER BY new_rows.line, new_rows.station, new_rows.tool, new_rows.family, new_rows.model_id;
