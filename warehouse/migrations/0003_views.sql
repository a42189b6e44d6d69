-- What engineers ask for most. A view names its columns, so a later column changes none of them.

-- Only measurements repeated at all have a revision above 1, so the join is with a small table.
CREATE VIEW latest_inspection AS
SELECT
    inspection.pass_id,
    inspection.revision,
    inspection.part_id,
    inspection.line,
    inspection.station,
    inspection.tool,
    inspection.family,
    inspection.lot,
    inspection.captured_at,
    inspection.model_id,
    inspection.run_id,
    inspection.views_expected,
    inspection.views_present,
    inspection.stain_count,
    inspection.largest_stain_area_px,
    inspection.largest_stain_radius_px,
    inspection.largest_stain_x,
    inspection.largest_stain_y,
    inspection.total_stain_area_px,
    inspection.total_stain_pct,
    inspection.scratch_count,
    inspection.longest_scratch_px,
    inspection.total_scratch_area_px,
    inspection.total_scratch_pct,
    inspection.largest_stain_area_mm2,
    inspection.longest_scratch_mm,
    inspection.total_stain_area_mm2,
    inspection.total_scratch_area_mm2,
    inspection.surface_px,
    inspection.passed,
    inspection.failed_criteria
FROM inspection
LEFT JOIN (
    SELECT pass_id, max(revision) AS revision
    FROM inspection
    WHERE revision > 1
    GROUP BY pass_id
) AS newest ON newest.pass_id = inspection.pass_id
WHERE inspection.revision = coalesce(newest.revision, 1);
COMMENT ON VIEW latest_inspection IS 'The latest revision of every inspection: one row per part and pass through a station';
COMMENT ON COLUMN latest_inspection.pass_id IS 'The pass: from the manifest, else the same part at the same station within 10 minutes';
COMMENT ON COLUMN latest_inspection.revision IS 'Counts the revisions, from 1; a late view or a new model makes a new one';
COMMENT ON COLUMN latest_inspection.part_id IS 'The part';
COMMENT ON COLUMN latest_inspection.line IS 'Production line';
COMMENT ON COLUMN latest_inspection.station IS 'Station on the line';
COMMENT ON COLUMN latest_inspection.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN latest_inspection.family IS 'Part family';
COMMENT ON COLUMN latest_inspection.lot IS 'Lot; empty when not known';
COMMENT ON COLUMN latest_inspection.captured_at IS 'When the first view was captured (UTC)';
COMMENT ON COLUMN latest_inspection.model_id IS 'The model that measured it (model)';
COMMENT ON COLUMN latest_inspection.run_id IS 'The run that wrote this revision (ingest_run)';
COMMENT ON COLUMN latest_inspection.views_expected IS 'Views the part should have; empty when not known';
COMMENT ON COLUMN latest_inspection.views_present IS 'Views measured';
COMMENT ON COLUMN latest_inspection.stain_count IS 'Number of stains';
COMMENT ON COLUMN latest_inspection.largest_stain_area_px IS 'Contour area of the largest stain, px²; 0 without stains';
COMMENT ON COLUMN latest_inspection.largest_stain_radius_px IS 'Radius of the circle around the largest stain, px; empty without stains';
COMMENT ON COLUMN latest_inspection.largest_stain_x IS 'Centre of that circle, x, px';
COMMENT ON COLUMN latest_inspection.largest_stain_y IS 'Centre of that circle, y, px';
COMMENT ON COLUMN latest_inspection.total_stain_area_px IS 'Stained pixels, px²';
COMMENT ON COLUMN latest_inspection.total_stain_pct IS 'Stained share of the surface: 100 × total_stain_area_px / surface_px, %';
COMMENT ON COLUMN latest_inspection.scratch_count IS 'Number of scratches';
COMMENT ON COLUMN latest_inspection.longest_scratch_px IS 'Length of the longest scratch (longer side of its rotated box), px; 0 without scratches';
COMMENT ON COLUMN latest_inspection.total_scratch_area_px IS 'Scratched pixels, px²';
COMMENT ON COLUMN latest_inspection.total_scratch_pct IS 'Scratched share of the surface: 100 × total_scratch_area_px / surface_px, %';
COMMENT ON COLUMN latest_inspection.largest_stain_area_mm2 IS 'largest_stain_area_px in mm²; empty without a scale';
COMMENT ON COLUMN latest_inspection.longest_scratch_mm IS 'longest_scratch_px in mm; empty without a scale';
COMMENT ON COLUMN latest_inspection.total_stain_area_mm2 IS 'total_stain_area_px in mm²; empty without a scale';
COMMENT ON COLUMN latest_inspection.total_scratch_area_mm2 IS 'total_scratch_area_px in mm²; empty without a scale';
COMMENT ON COLUMN latest_inspection.surface_px IS 'Pixels of all views together, px²';
COMMENT ON COLUMN latest_inspection.passed IS 'Within every specification limit; empty when none was set';
COMMENT ON COLUMN latest_inspection.failed_criteria IS 'The limits it broke, in words';

-- Only measurements repeated at all have a revision above 1, so the join is with a small table.
CREATE VIEW latest_image AS
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
COMMENT ON COLUMN latest_image.inference_ms IS 'Time the model took, milliseconds';

CREATE VIEW latest_defect AS
SELECT
    defect.image_id,
    defect.revision,
    defect.defect_no,
    defect.defect_class,
    defect.contour_area,
    defect.pixel_count,
    defect.circle_x,
    defect.circle_y,
    defect.circle_radius,
    defect.box_x,
    defect.box_y,
    defect.box_width,
    defect.box_height,
    defect.box_angle,
    defect.length,
    defect.bounds_x,
    defect.bounds_y,
    defect.bounds_width,
    defect.bounds_height,
    defect.confidence,
    defect.part_x,
    defect.part_y,
    defect.captured_at,
    latest_image.pass_id,
    latest_image.part_id
FROM defect
INNER JOIN latest_image
    ON
        latest_image.image_id = defect.image_id
        AND latest_image.revision = defect.revision
        AND latest_image.captured_at = defect.captured_at;
COMMENT ON VIEW latest_defect IS 'The defects of the latest measurement of every image, with the part';
COMMENT ON COLUMN latest_defect.image_id IS 'The image it was found in (image)';
COMMENT ON COLUMN latest_defect.revision IS 'The measurement of that image it belongs to';
COMMENT ON COLUMN latest_defect.defect_no IS 'Counts the defects of one measurement, from 1, largest first';
COMMENT ON COLUMN latest_defect.defect_class IS 'scratch or stain';
COMMENT ON COLUMN latest_defect.contour_area IS 'Area inside the outline through the pixel centres (Green''s formula), px²';
COMMENT ON COLUMN latest_defect.pixel_count IS 'Number of pixels, px²';
COMMENT ON COLUMN latest_defect.circle_x IS 'Centre of the smallest enclosing circle, x to the right, px';
COMMENT ON COLUMN latest_defect.circle_y IS 'Centre of the smallest enclosing circle, y down, px';
COMMENT ON COLUMN latest_defect.circle_radius IS 'Radius of the smallest enclosing circle, px';
COMMENT ON COLUMN latest_defect.box_x IS 'Centre of the smallest rotated box, x, px';
COMMENT ON COLUMN latest_defect.box_y IS 'Centre of the smallest rotated box, y, px';
COMMENT ON COLUMN latest_defect.box_width IS 'One side of the rotated box, px';
COMMENT ON COLUMN latest_defect.box_height IS 'The other side of the rotated box, px';
COMMENT ON COLUMN latest_defect.box_angle IS 'Angle of the rotated box, degrees';
COMMENT ON COLUMN latest_defect.length IS 'Longer side of the rotated box, px';
COMMENT ON COLUMN latest_defect.bounds_x IS 'Left edge of the upright bounding box, px';
COMMENT ON COLUMN latest_defect.bounds_y IS 'Upper edge of the upright bounding box, px';
COMMENT ON COLUMN latest_defect.bounds_width IS 'Width of the upright bounding box, px';
COMMENT ON COLUMN latest_defect.bounds_height IS 'Height of the upright bounding box, px';
COMMENT ON COLUMN latest_defect.confidence IS 'Mean probability of the class over its pixels, 0..1';
COMMENT ON COLUMN latest_defect.part_x IS 'Centroid on the part, 0 at the left edge, 1 at the right';
COMMENT ON COLUMN latest_defect.part_y IS 'Centroid on the part, 0 at the upper edge, 1 at the lower';
COMMENT ON COLUMN latest_defect.captured_at IS 'When the image was captured (UTC); join on it too: that skips all other times';
COMMENT ON COLUMN latest_defect.pass_id IS 'The pass this view belongs to (inspection)';
COMMENT ON COLUMN latest_defect.part_id IS 'The part shown';

CREATE VIEW open_signal AS
SELECT
    signal.signal_id,
    signal.characteristic_id,
    signal.phase_id,
    signal.rule,
    signal.panel,
    signal.completing_pass_id,
    signal.completing_at,
    signal.evaluation_id,
    signal.value,
    signal.center,
    signal.lcl,
    signal.ucl,
    signal.run_pass_ids,
    signal.evaluated_at
FROM signal
WHERE signal.withdrawn_at IS NULL;
COMMENT ON VIEW open_signal IS 'The signals that hold';
COMMENT ON COLUMN open_signal.signal_id IS 'Hash of characteristic, phase, rule, panel and completing pass';
COMMENT ON COLUMN open_signal.characteristic_id IS 'The metric on its stream: line/station/tool/family:metric';
COMMENT ON COLUMN open_signal.phase_id IS 'The phase whose limits it broke (phase)';
COMMENT ON COLUMN open_signal.rule IS 'Rule, for example nelson-1';
COMMENT ON COLUMN open_signal.panel IS 'The plotted statistic it was broken on';
COMMENT ON COLUMN open_signal.completing_pass_id IS 'The pass at which the rule was complete (inspection)';
COMMENT ON COLUMN open_signal.completing_at IS 'When that pass was captured (UTC)';
COMMENT ON COLUMN open_signal.evaluation_id IS 'The run that found it (ingest_run)';
COMMENT ON COLUMN open_signal.value IS 'Plotted value at the completing pass, in the unit of the panel';
COMMENT ON COLUMN open_signal.center IS 'Centre line there';
COMMENT ON COLUMN open_signal.lcl IS 'Lower control limit there; empty when there is none';
COMMENT ON COLUMN open_signal.ucl IS 'Upper control limit there; empty when there is none';
COMMENT ON COLUMN open_signal.run_pass_ids IS 'The passes that led to it, oldest first, the completing one last';
COMMENT ON COLUMN open_signal.evaluated_at IS 'When it was found (UTC)';

CREATE VIEW part AS
SELECT
    part_id,
    count(*) AS inspections,
    min(captured_at) AS first_captured_at,
    max(captured_at) AS last_captured_at,
    arg_max(pass_id, captured_at) AS last_pass_id,
    arg_max(family, captured_at) AS family,
    arg_max(station, captured_at) AS last_station,
    max(stain_count) AS most_stains,
    max(total_stain_pct) AS most_stain_pct,
    max(scratch_count) AS most_scratches,
    max(total_scratch_pct) AS most_scratch_pct,
    bool_and(passed) AS passed
FROM latest_inspection
GROUP BY part_id;
COMMENT ON VIEW part IS 'One row per part over all its inspections (latest revisions)';
COMMENT ON COLUMN part.part_id IS 'The part';
COMMENT ON COLUMN part.inspections IS 'How often it was inspected';
COMMENT ON COLUMN part.first_captured_at IS 'First inspection (UTC)';
COMMENT ON COLUMN part.last_captured_at IS 'Last inspection (UTC)';
COMMENT ON COLUMN part.last_pass_id IS 'The pass of the last inspection';
COMMENT ON COLUMN part.family IS 'Part family at the last inspection';
COMMENT ON COLUMN part.last_station IS 'Station of the last inspection';
COMMENT ON COLUMN part.most_stains IS 'Largest number of stains in one inspection';
COMMENT ON COLUMN part.most_stain_pct IS 'Largest stained share of the surface in one inspection, %';
COMMENT ON COLUMN part.most_scratches IS 'Largest number of scratches in one inspection';
COMMENT ON COLUMN part.most_scratch_pct IS 'Largest scratched share of the surface in one inspection, %';
COMMENT ON COLUMN part.passed IS 'Passed every inspection that had limits; empty when none had';

CREATE VIEW stain_table AS
SELECT
    latest_image.path AS image,
    latest_image.part_id,
    coalesce(stains.number, 0) AS "NumberOfStains",
    coalesce(stains.largest.contour_area, 0) AS "LargestStainArea",
    stains.largest.circle_radius AS "LargestStainRadius",
    stains.largest.circle_x AS "EnclosingCircleX",
    stains.largest.circle_y AS "EnclosingCircleY",
    100.0 * coalesce(stains.pixels, 0)
    / (CAST(latest_image.width AS BIGINT) * latest_image.height) AS "TotalStain%"
FROM latest_image
LEFT JOIN (
    SELECT
        image_id,
        revision,
        count(*) AS number,
        sum(pixel_count) AS pixels,
        -- The first of the stains with the largest contour area.
        max({
            'contour_area': contour_area,
            'order': -defect_no,
            'circle_radius': circle_radius,
            'circle_x': circle_x,
            'circle_y': circle_y
        }) AS largest
    FROM defect
    WHERE defect_class = 'stain'
    GROUP BY image_id, revision
) AS stains
    ON stains.image_id = latest_image.image_id AND stains.revision = latest_image.revision;
COMMENT ON VIEW stain_table IS 'The stain report: one row per image (latest measurement) with the columns of the original report';
COMMENT ON COLUMN stain_table.image IS 'Path of the image below the inbox';
COMMENT ON COLUMN stain_table.part_id IS 'The part shown';
COMMENT ON COLUMN stain_table."NumberOfStains" IS 'Number of stains';
COMMENT ON COLUMN stain_table."LargestStainArea" IS 'Contour area of the largest stain, px²; 0 without stains';
COMMENT ON COLUMN stain_table."LargestStainRadius" IS 'Radius of the smallest circle around the largest stain, px; empty without stains';
COMMENT ON COLUMN stain_table."EnclosingCircleX" IS 'Centre of that circle, x to the right, px; empty without stains';
COMMENT ON COLUMN stain_table."EnclosingCircleY" IS 'Centre of that circle, y down, px; empty without stains';
COMMENT ON COLUMN stain_table."TotalStain%" IS '100 × stained pixels / (width × height), %';
