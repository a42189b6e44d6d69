-- warehouse/queries/start_run.sql: a run that has begun and seen nothing yet.
INSERT INTO ingest_run (
    run_id, started_at, trigger, model_id,
    seen, measured, quarantined, ignored, deferred, known
)
SELECT greatest(coalesce(max(run_id), 0), $after) + 1, $started_at, $trigger, $model_id, 0, 0, 0, 0, 0, 0
FROM ingest_run
RETURNING run_id;
