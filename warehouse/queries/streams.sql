-- warehouse/queries/streams.sql: every stream with data.
SELECT
    line,
    station,
    tool,
    family,
    count(*) AS inspections,
    min(captured_at) AS first_at,
    max(captured_at) AS last_at
FROM latest_inspection
GROUP BY line, station, tool, family
ORDER BY line, station, tool, family;
