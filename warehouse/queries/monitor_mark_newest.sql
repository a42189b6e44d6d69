-- warehouse/queries/monitor_mark_newest.sql: the newest rows of the two tables, by place.
WITH newest AS (
    SELECT
        coalesce((SELECT max(rowid) FROM inspection), -1) AS inspection_row,
        coalesce((SELECT max(rowid) FROM arrival), -1) AS arrival_row
)

SELECT
    newest.inspection_row,
    coalesce((SELECT pass_id FROM inspection WHERE rowid = newest.inspection_row), ''),
    coalesce((SELECT revision FROM inspection WHERE rowid = newest.inspection_row), 0),
    newest.arrival_row,
    coalesce((SELECT path FROM arrival WHERE rowid = newest.arrival_row), ''),
    coalesce((SELECT change_no FROM arrival WHERE rowid = newest.arrival_row), 0)
FROM newest;
