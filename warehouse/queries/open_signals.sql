-- warehouse/queries/open_signals.sql: signals that hold and were completed since a time, or are named.
SELECT
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
FROM signal
WHERE
    withdrawn_at IS NULL
    AND (completing_at >= $since OR signal_id IN (SELECT unnest($also)))
ORDER BY completing_at, signal_id;
