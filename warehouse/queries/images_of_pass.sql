-- warehouse/queries/images_of_pass.sql: the latest measurement of each view of one pass, by place on the part.
SELECT
    image_id,
    revision,
    pass_id,
    part_id,
    view_row,
    view_column,
    path,
    line,
    station,
    tool,
    family,
    lot,
    captured_at,
    captured_at_source,
    um_per_px,
    width,
    height,
    image_format,
    model_id,
    run_id,
    brightness,
    contrast,
    focus,
    mean_confidence,
    background_share,
    entropy,
    inference_ms
FROM latest_image
WHERE pass_id = $pass_id
ORDER BY view_row NULLS FIRST, view_column NULLS FIRST, captured_at, image_id;
