-- warehouse/queries/monitor_mark.sql: how far the facts are evaluated.
SELECT inspection_row, pass_id, revision, arrival_row, path, change_no, evaluated_at
FROM monitor_mark;
