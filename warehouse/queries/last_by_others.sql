-- warehouse/queries/last_by_others.sql: when the last part was captured, by stream, whose numbers another model than
-- $model_id made.
SELECT line, station, tool, family, max(captured_at) AS last_at
FROM latest_inspection
WHERE model_id <> $model_id
GROUP BY line, station, tool, family;
