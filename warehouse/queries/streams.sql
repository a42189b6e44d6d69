-- warehouse/queries/streams.sql: every stream with data, from the rollup.
SELECT
    line,
    station,
    tool,
    family,
    CAST(sum(n) AS BIGINT) AS inspections,
    min(first_at) AS first_at,
    max(last_at) AS last_at
FROM daily_rollup
WHERE metric = 'stain_count'
GROUP BY line, station, tool, family
ORDER BY line, station, tool, family;
