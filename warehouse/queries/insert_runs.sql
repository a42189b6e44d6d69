-- warehouse/queries/insert_runs.sql: the rows of `incoming` whose key is not stored yet; returns the
-- keys that were new.
INSERT INTO ingest_run (
    run_id, started_at, finished_at, trigger, model_id,
    seen, measured, quarantined, ignored, deferred, known, error
)
SELECT
    incoming.run_id,
    incoming.started_at,
    incoming.finished_at,
    incoming.trigger,
    incoming.model_id,
    incoming.seen,
    incoming.measured,
    incoming.quarantined,
    incoming.ignored,
    incoming.deferred,
    incoming.known,
    incoming.error
FROM incoming
ANTI JOIN ingest_run ON ingest_run.run_id = incoming.run_id
RETURNING run_id;
