-- warehouse/queries/inspected_by_day.sql: inspections of the chosen streams on the UTC days in [$first, $after), from the rollup.
SELECT coalesce(sum(n), 0)
FROM daily_rollup
WHERE
    metric = 'stain_count'
    AND day >= $first
    AND day < $after
    AND ($every OR list_contains($streams, {
        'line': line, 'station': station, 'tool': tool, 'family': family
    }));
