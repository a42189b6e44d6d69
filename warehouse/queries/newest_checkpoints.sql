-- warehouse/queries/newest_checkpoints.sql: the newest checkpoint of every chart.
SELECT characteristic_id, phase_id, number, reached_at, pass_id, valid_to, memory, side, run
FROM chart_checkpoint
QUALIFY row_number() OVER (PARTITION BY characteristic_id, phase_id ORDER BY number DESC) = 1;
