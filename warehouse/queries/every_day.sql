-- warehouse/queries/every_day.sql: every UTC day and stream that has an inspection or a rollup row.
SELECT DISTINCT
    CAST(captured_at AT TIME ZONE 'UTC' AS DATE) AS day,
    line,
    station,
    tool,
    family
FROM inspection;
