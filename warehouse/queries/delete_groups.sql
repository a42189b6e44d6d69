-- warehouse/queries/delete_groups.sql: deletes the groups in `replaced`.
DELETE FROM part_group
USING replaced
WHERE
    part_group.line = replaced.line
    AND part_group.station = replaced.station
    AND part_group.tool = replaced.tool
    AND part_group.family = replaced.family
    AND part_group.metric = replaced.metric
    AND part_group.model_id = replaced.model_id
    AND part_group.number = replaced.number;
