-- warehouse/queries/states.sql: every state, by characteristic.
SELECT
    characteristic_id,
    state,
    since,
    latest_value,
    latest_at,
    center,
    lcl,
    ucl,
    unit,
    points,
    open_signals,
    sparkline,
    phase_id,
    evaluated_at,
    reason
FROM characteristic_state
ORDER BY characteristic_id;
