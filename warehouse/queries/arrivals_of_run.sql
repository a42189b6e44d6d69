-- warehouse/queries/arrivals_of_run.sql: the ledger rows that one run wrote, by path.
SELECT
    path,
    change_no,
    outcome,
    reason,
    sha256,
    size,
    mtime_ns,
    inode,
    first_seen_at,
    run_id,
    detail
FROM arrival
WHERE run_id = $run_id
ORDER BY path, change_no;
