-- warehouse/queries/forget_evaluations.sql: empties what the monitor remembers and can find again.
DELETE FROM monitor_mark;
DELETE FROM chart_checkpoint;
DELETE FROM evaluated_characteristic;
DELETE FROM monitored_stream;
