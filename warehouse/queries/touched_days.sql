-- warehouse/queries/touched_days.sql: the UTC days and streams of every revision of the passes.
SELECT DISTINCT
    CAST(captured_at AT TIME ZONE 'UTC' AS DATE) AS day,
    line,
    station,
    tool,
    family
FROM inspection
WHERE pass_id IN (SELECT unnest($pass_ids));
