-- warehouse/queries/newest_days.sql: the UTC day from which on the whole days before $end hold $points inspections of the
-- chosen streams; empty where they hold fewer.
SELECT max(day)
FROM (
    SELECT day, sum(sum(n)) OVER (ORDER BY day DESC) AS points
    FROM daily_rollup
    WHERE
        metric = 'stain_count'
        AND day < CAST($end AT TIME ZONE 'UTC' AS DATE)
        AND ($every OR list_contains($streams, {
            'line': line, 'station': station, 'tool': tool, 'family': family
        }))
    GROUP BY day
)
WHERE points >= $points;
