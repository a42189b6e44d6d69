-- warehouse/queries/refused_by_reason.sql: files refused in [$start, $end), by reason, with the newest path of each.
SELECT
    reason,
    count(*) AS files,
    max(first_seen_at) AS last_seen_at,
    arg_max(path, first_seen_at) AS newest_path
FROM arrival
WHERE outcome = 'quarantined' AND first_seen_at >= $start AND first_seen_at < $end
GROUP BY reason
ORDER BY files DESC, reason;
