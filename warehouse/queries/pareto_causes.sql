-- warehouse/queries/pareto_causes.sql: alarm episodes that began in [$start, $end), by the cause that somebody recorded last for one of
-- their signals. Reads a published snapshot, which has the journal's tables.
WITH caused AS (
    SELECT
        signal_handled.episode_id,
        arg_max(cause.code, cause.created_at) AS code
    FROM cause
    INNER JOIN signal_handled ON signal_handled.signal_id = cause.signal_id
    GROUP BY signal_handled.episode_id
)

SELECT
    coalesce(caused.code, 'no cause recorded') AS label,
    count(*) AS episodes
FROM episode
INNER JOIN characteristic ON characteristic.characteristic_id = episode.characteristic_id
LEFT JOIN caused ON caused.episode_id = episode.episode_id
WHERE
    episode.first_signal_at >= $start
    AND episode.first_signal_at < $end
    AND ($every OR list_contains($streams, {
        'line': characteristic.line,
        'station': characteristic.station,
        'tool': characteristic.tool,
        'family': characteristic.family
    }))
GROUP BY label
ORDER BY label;
