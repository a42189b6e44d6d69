-- warehouse/queries/recent_groups.sql: the newest $recent groups of every stream, metric and model, oldest first,
-- and the open ones (number 0).
SELECT
    line, station, tool, family, metric, model_id, number, after_at, last_at, last_id, n, hits
FROM part_group
QUALIFY
    row_number() OVER (
        PARTITION BY line, station, tool, family, metric, model_id ORDER BY number DESC
    ) <= $recent
    OR number = 0
ORDER BY line, station, tool, family, metric, model_id, number;
