-- warehouse/queries/pictures_by_day.sql: files that runs met first on each UTC day in [$start, $end): measured, and refused.
SELECT
    CAST(first_seen_at AT TIME ZONE 'UTC' AS DATE) AS day,
    count(*) FILTER (WHERE outcome = 'measured') AS measured,
    count(*) FILTER (WHERE outcome = 'quarantined') AS refused
FROM arrival
WHERE first_seen_at >= $start AND first_seen_at < $end
GROUP BY day
ORDER BY day;
