-- warehouse/queries/insert_states.sql: the rows of `incoming`.
INSERT INTO characteristic_state (
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
)
SELECT
    incoming.characteristic_id,
    incoming.state,
    incoming.since,
    incoming.latest_value,
    incoming.latest_at,
    incoming.center,
    incoming.lcl,
    incoming.ucl,
    incoming.unit,
    incoming.points,
    incoming.open_signals,
    CAST(CAST(incoming.sparkline AS JSON) AS DOUBLE[]),
    incoming.phase_id,
    incoming.evaluated_at,
    incoming.reason
FROM incoming;
