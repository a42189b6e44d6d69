-- warehouse/queries/latest_runs.sql: the newest runs, newest first.
SELECT
    run_id,
    started_at,
    finished_at,
    trigger,
    model_id,
    seen,
    measured,
    quarantined,
    ignored,
    deferred,
    known,
    error
FROM ingest_run
ORDER BY run_id DESC
LIMIT $limit;
