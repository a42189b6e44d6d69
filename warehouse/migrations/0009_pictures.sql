-- What the picture itself shows: a dead camera is told by these before a model sees it; and a key of its
-- pixels, by which the same picture in another file is known.
ALTER TABLE image ADD COLUMN sharpness DOUBLE;
COMMENT ON COLUMN image.sharpness IS 'Sharpness at one scale (longer side 320 px): variance of the Laplacian of the grey values; empty where it was not kept';
ALTER TABLE image ADD COLUMN detail DOUBLE;
COMMENT ON COLUMN image.detail IS 'The same at a quarter of that scale, where noise counts little; low when blurred or without a part';
ALTER TABLE image ADD COLUMN dark_share DOUBLE;
COMMENT ON COLUMN image.dark_share IS 'Share of pixels that are black (brightest channel at most 8), 0..1';
ALTER TABLE image ADD COLUMN saturated_share DOUBLE;
COMMENT ON COLUMN image.saturated_share IS 'Share of pixels that are saturated (brightest channel at least 254), 0..1';
ALTER TABLE image ADD COLUMN flat_share DOUBLE;
COMMENT ON COLUMN image.flat_share IS 'Share of the picture that has one grey value, in blocks of 8 x 8 px, 0..1';
ALTER TABLE image ADD COLUMN repeated_share DOUBLE;
COMMENT ON COLUMN image.repeated_share IS 'Share of rows or columns that repeat the one before, 0..1';
ALTER TABLE image ADD COLUMN noise_share DOUBLE;
COMMENT ON COLUMN image.noise_share IS 'Share of the picture in which neighbouring pixels have nothing in common, 0..1';
ALTER TABLE image ADD COLUMN chroma DOUBLE;
COMMENT ON COLUMN image.chroma IS 'Mean difference between the brightest and the darkest channel, 0 for grey, 0..255';
ALTER TABLE image ADD COLUMN pixel_key BIGINT;
COMMENT ON COLUMN image.pixel_key IS 'Tells the decoded pixels: first 64 bits of a SHA-256 of them; equal for the same picture in another file';

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
    image.inference_ms,
    image.sharpness,
    image.detail,
    image.dark_share,
    image.saturated_share,
    image.flat_share,
    image.repeated_share,
    image.noise_share,
    image.chroma,
    image.pixel_key
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
COMMENT ON COLUMN latest_image.sharpness IS 'Sharpness at one scale (longer side 320 px): variance of the Laplacian of the grey values; empty where it was not kept';
COMMENT ON COLUMN latest_image.detail IS 'The same at a quarter of that scale, where noise counts little; low when blurred or without a part';
COMMENT ON COLUMN latest_image.dark_share IS 'Share of pixels that are black (brightest channel at most 8), 0..1';
COMMENT ON COLUMN latest_image.saturated_share IS 'Share of pixels that are saturated (brightest channel at least 254), 0..1';
COMMENT ON COLUMN latest_image.flat_share IS 'Share of the picture that has one grey value, in blocks of 8 x 8 px, 0..1';
COMMENT ON COLUMN latest_image.repeated_share IS 'Share of rows or columns that repeat the one before, 0..1';
COMMENT ON COLUMN latest_image.noise_share IS 'Share of the picture in which neighbouring pixels have nothing in common, 0..1';
COMMENT ON COLUMN latest_image.chroma IS 'Mean difference between the brightest and the darkest channel, 0 for grey, 0..255';
COMMENT ON COLUMN latest_image.pixel_key IS 'Tells the decoded pixels: first 64 bits of a SHA-256 of them; equal for the same picture in another file';
