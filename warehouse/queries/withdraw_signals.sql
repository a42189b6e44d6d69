-- warehouse/queries/withdraw_signals.sql: withdraws the open signals in `withdrawing`.
UPDATE signal
SET withdrawn_at = $now, withdrawn_reason = withdrawing.reason
FROM withdrawing
WHERE signal.signal_id = withdrawing.signal_id AND signal.withdrawn_at IS NULL;
