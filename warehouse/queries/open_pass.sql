-- warehouse/queries/open_pass.sql: the pass of one part on one stream captured nearest to a time, within a window.
SELECT pass_id
FROM latest_inspection
WHERE
    part_id = $part_id
    AND line = $line
    AND station = $station
    AND tool = $tool
    AND family = $family
    AND captured_at BETWEEN $earliest AND $latest
ORDER BY abs(epoch_us(captured_at) - epoch_us(CAST($captured_at AS TIMESTAMPTZ))), pass_id
LIMIT 1;
