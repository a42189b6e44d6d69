-- warehouse/queries/models_at_work.sql: every model that measured here, newest first, with what it measured in [$start, $end).
SELECT
    model.model_id,
    model.name,
    model.first_used_at,
    count(image.image_id) AS images,
    avg(image.inference_ms) AS inference_ms
FROM model
LEFT JOIN image
    ON
        image.model_id = model.model_id
        AND image.captured_at >= $start
        AND image.captured_at < $end
GROUP BY model.model_id, model.name, model.first_used_at
ORDER BY model.first_used_at DESC, model.model_id;
