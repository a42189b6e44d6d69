-- warehouse/queries/insert_manifests.sql: the rows of `incoming` whose key is not stored yet.
INSERT INTO manifest (
    path,
    change_no,
    outcome,
    reason,
    sha256,
    size,
    mtime_ns,
    changed_ns,
    inode,
    rules,
    encoding,
    delimiter,
    accepted_rows,
    rejected_rows,
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
    incoming.changed_ns,
    incoming.inode,
    incoming.rules,
    incoming.encoding,
    incoming.delimiter,
    incoming.accepted_rows,
    incoming.rejected_rows,
    incoming.first_seen_at,
    incoming.run_id,
    incoming.detail
FROM incoming
ANTI JOIN manifest ON manifest.path = incoming.path
    AND manifest.change_no = incoming.change_no;
