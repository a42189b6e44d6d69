-- warehouse/queries/monitor_mark_holds.sql: what stands at two places; -1 is before the first row.
SELECT
    $inspection_row,
    coalesce((SELECT pass_id FROM inspection WHERE rowid = $inspection_row), ''),
    coalesce((SELECT revision FROM inspection WHERE rowid = $inspection_row), 0),
    $arrival_row,
    coalesce((SELECT path FROM arrival WHERE rowid = $arrival_row), ''),
    coalesce((SELECT change_no FROM arrival WHERE rowid = $arrival_row), 0);
