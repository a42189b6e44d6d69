-- warehouse/queries/following_flagged_pass.sql: the pass after ($captured_at, $pass_id) in its stream that failed or
-- completed a signal that holds. Signals about refused pictures have no part to look at.
WITH failed AS (
    SELECT pass_id, captured_at
    FROM latest_inspection
    WHERE
        line = $line
        AND station = $station
        AND tool = $tool
        AND family = $family
        AND NOT passed
        AND captured_at < $far
        AND captured_at >= $captured_at
        AND (captured_at > $captured_at OR pass_id > $pass_id)
    ORDER BY captured_at ASC, pass_id ASC
    LIMIT 1
),

signalled AS (
    SELECT completing_pass_id AS pass_id, completing_at AS captured_at
    FROM open_signal
    WHERE
        starts_with(characteristic_id, $prefix)
        AND NOT ends_with(characteristic_id, ':refused_share')
        AND completing_at < $far
        AND completing_at >= $captured_at
        AND (completing_at > $captured_at OR completing_pass_id > $pass_id)
    ORDER BY completing_at ASC, completing_pass_id ASC
    LIMIT 1
)

SELECT pass_id
FROM (FROM failed UNION ALL FROM signalled)
ORDER BY captured_at ASC, pass_id ASC
LIMIT 1;
