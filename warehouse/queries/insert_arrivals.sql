-- warehouse/queries/insert_arrivals.sql: the rows of `incoming` whose key is not stored yet; returns
-- the keys that were new.
INSERT INTO arrival (
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
)
SELECT
    incoming.path,
    incoming.change_no,
    incoming.outcome,
    incoming.reason,
    incoming.sha256,
    incoming.size,
    incoming.mtime_ns,
    incoming.inode,
    incoming.first_seen_at,
    incoming.run_id,
    incoming.detail
FROM incoming
ANTI JOIN arrival ON arrival.path = incoming.path
    AND arrival.change_no = incoming.change_no
RETURNING path;
