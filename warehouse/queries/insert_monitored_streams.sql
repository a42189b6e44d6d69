-- warehouse/queries/insert_monitored_streams.sql: the rows of `incoming`.
INSERT INTO monitored_stream (
    line, station, tool, family, model_id, points, passes, first_at, last_at, tail_at, in_use
)
SELECT line, station, tool, family, model_id, points, passes, first_at, last_at, tail_at, in_use
FROM incoming;
