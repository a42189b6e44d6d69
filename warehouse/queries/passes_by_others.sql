-- warehouse/queries/passes_by_others.sql: the passes captured from $start on whose newest numbers another model than
-- $model_id made, the newest $limit of them, oldest first.
SELECT pass_id
FROM (
    SELECT pass_id, captured_at
    FROM latest_inspection
    WHERE model_id <> $model_id AND captured_at >= $start
    ORDER BY captured_at DESC, pass_id DESC
    LIMIT $limit
)
ORDER BY captured_at, pass_id;
