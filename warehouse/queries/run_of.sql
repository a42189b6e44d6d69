-- warehouse/queries/run_of.sql: one run.
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
WHERE run_id = $run_id;
