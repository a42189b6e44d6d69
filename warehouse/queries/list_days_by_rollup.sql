-- warehouse/queries/list_days_by_rollup.sql: inspections of the chosen streams on the UTC days in [$first, $after), newest
-- first, from the rollup.
SELECT datediff('day', DATE '1970-01-01', day) AS day, sum(n) AS parts
FROM daily_rollup
WHERE
    metric = 'stain_count'
    AND day >= $first
    AND day < $after
    AND ($every OR list_contains($streams, {
        'line': line, 'station': station, 'tool': tool, 'family': family
    }))
GROUP BY ALL
ORDER BY day DESC;
