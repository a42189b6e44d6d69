-- warehouse/queries/checkpoint_before.sql: the newest checkpoint of one chart before $moment.
SELECT characteristic_id, phase_id, number, reached_at, pass_id, valid_to, memory, side, run
FROM chart_checkpoint
WHERE characteristic_id = $characteristic_id AND phase_id = $phase_id AND reached_at < $moment
ORDER BY number DESC
LIMIT 1;
