-- warehouse/queries/following_pass.sql: the pass after ($captured_at, $pass_id) in its stream, by time of capture.
SELECT pass_id
FROM latest_inspection
WHERE
    line = $line
    AND station = $station
    AND tool = $tool
    AND family = $family
    AND captured_at < $far
    AND captured_at >= $captured_at
    AND (captured_at > $captured_at OR pass_id > $pass_id)
ORDER BY captured_at ASC, pass_id ASC
LIMIT 1;
