-- warehouse/queries/insert_monitor_mark.sql: the row of `incoming`.
INSERT INTO monitor_mark (
    inspection_row, pass_id, revision, arrival_row, path, change_no, evaluated_at
)
SELECT inspection_row, pass_id, revision, arrival_row, path, change_no, evaluated_at
FROM incoming;
