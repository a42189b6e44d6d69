-- warehouse/queries/cut_checkpoints.sql: deletes the checkpoints of the charts in `cuts` from its number on, and of older
-- ones all but the newest $kept and every $kept-th.
DELETE FROM chart_checkpoint
USING cuts
WHERE
    chart_checkpoint.characteristic_id = cuts.characteristic_id
    AND chart_checkpoint.phase_id = cuts.phase_id
    AND (
        chart_checkpoint.number >= cuts.number
        OR (chart_checkpoint.number <= cuts.number - $kept AND chart_checkpoint.number % $kept <> 0)
    );
