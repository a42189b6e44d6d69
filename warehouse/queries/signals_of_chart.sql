-- warehouse/queries/signals_of_chart.sql: signals of one characteristic and phase, completed at or after a time.
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
    characteristic_id = $characteristic_id
    AND phase_id = $phase_id
    AND completing_at >= $since
ORDER BY completing_at, signal_id;
