-- How undecided the model was: a camera that blurs or darkens shows here before it shows in defects.
ALTER TABLE image ADD COLUMN entropy DOUBLE;
COMMENT ON COLUMN image.entropy IS 'How undecided the model was: mean entropy of the class probabilities, 0 (certain) to 1; empty where it was not kept';

-- Only measurements repeated at all have a revision above 1, so the join is with a small table.
CREATE OR REPLACE VIEW latest_image AS
SELECT
    image.image_id,
    image.revision,
    image.pass_id,
    image.part_id,
    image.view_row,
    image.view_column,
    image.path,
    image.line,
    image.station,
    image.tool,
    image.family,
    image.lot,
    image.captured_at,
    image.captured_at_source,
    image.um_per_px,
    image.width,
    image.height,
    image.image_format,
    image.model_id,
    image.run_id,
    image.brightness,
    image.contrast,
    image.focus,
    image.mean_confidence,
    image.background_share,
    image.entropy,
    image.inference_ms
FROM image
LEFT JOIN (
    SELECT image_id, max(revision) AS revision
    FROM image
    WHERE revision > 1
    GROUP BY image_id
) AS newest ON newest.image_id = image.image_id
WHERE image.revision = coalesce(newest.revision, 1);
COMMENT ON VIEW latest_image IS 'The latest measurement of every image';
COMMENT ON COLUMN latest_image.image_id IS 'SHA-256 of the image file''s bytes';
COMMENT ON COLUMN latest_image.revision IS 'Counts the measurements of this image, from 1; a new model makes a new one';
COMMENT ON COLUMN latest_image.pass_id IS 'The pass this view belongs to (inspection)';
COMMENT ON COLUMN latest_image.part_id IS 'The part shown';
COMMENT ON COLUMN latest_image.view_row IS 'Row of the view in the part''s grid of views, from 0 at the top; empty when the part has one view';
COMMENT ON COLUMN latest_image.view_column IS 'Column of the view, from 0 at the left; empty when the part has one view';
COMMENT ON COLUMN latest_image.path IS 'Path below the inbox under which it was measured';
COMMENT ON COLUMN latest_image.line IS 'Production line';
COMMENT ON COLUMN latest_image.station IS 'Station on the line';
COMMENT ON COLUMN latest_image.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN latest_image.family IS 'Part family';
COMMENT ON COLUMN latest_image.lot IS 'Lot; empty when not known';
COMMENT ON COLUMN latest_image.captured_at IS 'When it was captured (UTC)';
COMMENT ON COLUMN latest_image.captured_at_source IS 'Where that time is from: manifest, or the file''s own time';
COMMENT ON COLUMN latest_image.um_per_px IS 'Scale, micrometres per pixel; empty when not known';
COMMENT ON COLUMN latest_image.width IS 'Width, pixels';
COMMENT ON COLUMN latest_image.height IS 'Height, pixels';
COMMENT ON COLUMN latest_image.image_format IS 'File format by its first bytes: PNG, JPEG, BMP';
COMMENT ON COLUMN latest_image.model_id IS 'The model that measured it (model)';
COMMENT ON COLUMN latest_image.run_id IS 'The run that measured it (ingest_run)';
COMMENT ON COLUMN latest_image.brightness IS 'Mean grey value, 0..255';
COMMENT ON COLUMN latest_image.contrast IS 'Standard deviation of the grey values';
COMMENT ON COLUMN latest_image.focus IS 'Sharpness: variance of the Laplacian of the grey values';
COMMENT ON COLUMN latest_image.mean_confidence IS 'Mean probability of the assigned class over all pixels, 0..1';
COMMENT ON COLUMN latest_image.background_share IS 'Share of pixels without a defect, 0..1';
COMMENT ON COLUMN latest_image.entropy IS 'How undecided the model was: mean entropy of the class probabilities, 0 (certain) to 1; empty where it was not kept';
COMMENT ON COLUMN latest_image.inference_ms IS 'Time the model took, milliseconds';
