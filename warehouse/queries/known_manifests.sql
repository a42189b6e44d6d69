-- warehouse/queries/known_manifests.sql: the latest change of every manifest.
SELECT
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
FROM manifest
QUALIFY row_number() OVER (PARTITION BY path ORDER BY change_no DESC) = 1;
