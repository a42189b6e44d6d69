-- warehouse/queries/groups_of_stream.sql: the closed groups of one stream and metric, of one model unless it is NULL.
SELECT
    line, station, tool, family, metric, model_id, number, after_at, last_at, last_id, n, hits
FROM part_group
WHERE
    line = $line
    AND station = $station
    AND tool = $tool
    AND family = $family
    AND metric = $metric
    AND number > 0
    AND ($model_id IS NULL OR model_id = $model_id)
ORDER BY last_at, number;
