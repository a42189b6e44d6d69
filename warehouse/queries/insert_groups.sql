-- warehouse/queries/insert_groups.sql: the rows of `incoming`.
INSERT INTO part_group (
    line, station, tool, family, metric, model_id, number, after_at, last_at, last_id, n, hits
)
SELECT
    line, station, tool, family, metric, model_id, number, after_at, last_at, last_id, n, hits
FROM incoming;
