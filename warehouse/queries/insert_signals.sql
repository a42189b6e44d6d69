-- warehouse/queries/insert_signals.sql: the rows of `incoming` whose key is not stored yet; returns
-- the keys that were new.
INSERT INTO signal (
    signal_id,
    characteristic_id,
    phase_id,
    rule,
    panel,
    completing_pass_id,
    completing_at,
    evaluation_id,
    value,
    center,
    lcl,
    ucl,
    run_pass_ids,
    evaluated_at,
    withdrawn_at,
    withdrawn_reason
)
SELECT
    incoming.signal_id,
    incoming.characteristic_id,
    incoming.phase_id,
    incoming.rule,
    incoming.panel,
    incoming.completing_pass_id,
    incoming.completing_at,
    incoming.evaluation_id,
    incoming.value,
    incoming.center,
    incoming.lcl,
    incoming.ucl,
    CAST(CAST(incoming.run_pass_ids AS JSON) AS VARCHAR[]),
    incoming.evaluated_at,
    incoming.withdrawn_at,
    incoming.withdrawn_reason
FROM incoming
ANTI JOIN signal ON signal.signal_id = incoming.signal_id
RETURNING signal_id;
