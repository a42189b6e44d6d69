-- warehouse/queries/known_arrivals.sql: the latest change of every path.
SELECT
    arrival.path,
    arrival.change_no,
    arrival.outcome,
    arrival.reason,
    arrival.sha256,
    arrival.size,
    arrival.mtime_ns,
    arrival.inode,
    arrival.first_seen_at,
    arrival.run_id,
    arrival.detail
FROM arrival
LEFT JOIN (
    SELECT path, max(change_no) AS change_no
    FROM arrival
    WHERE change_no > 1
    GROUP BY path
) AS newest ON newest.path = arrival.path
WHERE arrival.change_no = coalesce(newest.change_no, 1);
