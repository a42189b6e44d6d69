-- warehouse/queries/finish_run.sql: how one run ended.
UPDATE ingest_run
SET
    finished_at = $finished_at,
    model_id = coalesce($model_id, model_id),
    seen = $seen,
    measured = $measured,
    quarantined = $quarantined,
    ignored = $ignored,
    deferred = $deferred,
    known = $known,
    error = $error
WHERE run_id = $run_id;
