-- warehouse/queries/published_content.sql: what tells two states of the warehouse apart for a reader;
-- times of evaluation and runs that changed nothing do not.
SELECT
    (SELECT max(version) FROM schema_version) AS version,
    (SELECT count(*) FROM image) AS images,
    (SELECT count(*) FROM inspection) AS inspections,
    (SELECT count(*) FROM defect) AS defects,
    (SELECT count(*) FROM arrival) AS arrivals,
    (SELECT count(*) FROM model) AS models,
    (SELECT count(*) FROM ingest_run WHERE error IS NOT NULL) AS failed_runs,
    (SELECT bit_xor(hash(signal_id, withdrawn_at)) FROM signal) AS signals,
    (
        SELECT
            bit_xor(
                hash(
                    characteristic_id,
                    state,
                    since,
                    latest_value,
                    latest_at,
                    center,
                    lcl,
                    ucl,
                    points,
                    open_signals,
                    phase_id,
                    reason
                )
            )
        FROM characteristic_state
    ) AS states;
