-- warehouse/queries/mark_interrupted.sql: closes the runs that never finished.
UPDATE ingest_run
SET finished_at = $now, error = 'interrupted'
WHERE finished_at IS NULL
RETURNING run_id;
