-- warehouse/queries/monitored_streams.sql: what is evaluated of every stream and model.
SELECT
    line, station, tool, family, model_id, points, passes, first_at, last_at, tail_at, in_use
FROM monitored_stream
ORDER BY line, station, tool, family, model_id;
