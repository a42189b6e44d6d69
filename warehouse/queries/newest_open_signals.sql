-- warehouse/queries/newest_open_signals.sql: when the newest signal that holds was completed, by characteristic and phase.
SELECT characteristic_id, phase_id, max(completing_at)
FROM signal
WHERE withdrawn_at IS NULL
GROUP BY characteristic_id, phase_id;
