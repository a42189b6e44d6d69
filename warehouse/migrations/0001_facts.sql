-- What the cameras saw. Times are instants in UTC; areas and lengths are in pixels of the original
-- image unless a name says otherwise. Nobody edits a migration that has shipped.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
COMMENT ON TABLE schema_version IS 'The migrations that made this file what it is';
COMMENT ON COLUMN schema_version.version IS 'Number of the migration, from 1';
COMMENT ON COLUMN schema_version.name IS 'Name of the migration file';
COMMENT ON COLUMN schema_version.applied_at IS 'When it was applied (UTC)';

CREATE TABLE ingest_run (
    run_id INTEGER PRIMARY KEY,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    trigger VARCHAR NOT NULL,
    model_id VARCHAR,
    seen BIGINT NOT NULL CHECK (seen >= 0),
    measured BIGINT NOT NULL CHECK (measured >= 0),
    quarantined BIGINT NOT NULL CHECK (quarantined >= 0),
    ignored BIGINT NOT NULL CHECK (ignored >= 0),
    deferred BIGINT NOT NULL CHECK (deferred >= 0),
    known BIGINT NOT NULL CHECK (known >= 0),
    error VARCHAR,
    CHECK (seen = measured + quarantined + ignored + deferred + known)
);
COMMENT ON TABLE ingest_run IS 'One row per run; seen = measured + quarantined + ignored + deferred + known';
COMMENT ON COLUMN ingest_run.run_id IS 'Number of the run, from 1';
COMMENT ON COLUMN ingest_run.started_at IS 'When it began (UTC)';
COMMENT ON COLUMN ingest_run.finished_at IS 'When it ended (UTC); empty while it is in progress';
COMMENT ON COLUMN ingest_run.trigger IS 'What started it: command line, schedule, run now, demo';
COMMENT ON COLUMN ingest_run.model_id IS 'Model in use, SHA-256 of its file';
COMMENT ON COLUMN ingest_run.seen IS 'Files met in the inbox';
COMMENT ON COLUMN ingest_run.measured IS 'Files measured for the first time';
COMMENT ON COLUMN ingest_run.quarantined IS 'Files refused, with a reason in arrival';
COMMENT ON COLUMN ingest_run.ignored IS 'Files that are no images of parts';
COMMENT ON COLUMN ingest_run.deferred IS 'Files left for the next run, for example still being written';
COMMENT ON COLUMN ingest_run.known IS 'Files met before and unchanged, or with bytes measured already';
COMMENT ON COLUMN ingest_run.error IS 'Why the run did not complete; empty when it did';

CREATE TABLE model (
    model_id VARCHAR PRIMARY KEY CHECK (length(model_id) > 0),
    name VARCHAR NOT NULL,
    classes VARCHAR[] NOT NULL,
    input_size INTEGER[] NOT NULL CHECK (len(input_size) = 2),
    thresholds JSON NOT NULL,
    card JSON NOT NULL,
    first_used_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE model IS 'The segmentation models that measured anything here';
COMMENT ON COLUMN model.model_id IS 'SHA-256 of the model file';
COMMENT ON COLUMN model.name IS 'Name in the model''s contract';
COMMENT ON COLUMN model.classes IS 'Class names in the order of the model''s output';
COMMENT ON COLUMN model.input_size IS 'Height and width the model was made for, pixels';
COMMENT ON COLUMN model.thresholds IS 'Probability from which a pixel may belong to a class, by class (JSON)';
COMMENT ON COLUMN model.card IS 'Model card: origin, training, evaluation (JSON)';
COMMENT ON COLUMN model.first_used_at IS 'When it measured its first image here (UTC)';

CREATE TABLE arrival (
    path VARCHAR NOT NULL,
    change_no INTEGER NOT NULL CHECK (change_no >= 1),
    outcome VARCHAR NOT NULL CHECK (outcome IN ('measured', 'quarantined', 'ignored', 'deferred', 'known')),
    reason VARCHAR NOT NULL,
    sha256 VARCHAR,
    size BIGINT NOT NULL CHECK (size >= 0),
    mtime_ns BIGINT NOT NULL,
    inode UBIGINT NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    run_id INTEGER NOT NULL,
    detail VARCHAR NOT NULL,
    PRIMARY KEY (path, change_no)
);
COMMENT ON TABLE arrival IS 'The ledger: one row per path and change of its file, with what became of it';
COMMENT ON COLUMN arrival.path IS 'Path below the inbox; undecodable bytes escaped with a backslash';
COMMENT ON COLUMN arrival.change_no IS 'Counts the changes of this path, from 1';
COMMENT ON COLUMN arrival.outcome IS 'measured, quarantined, ignored, deferred or known';
COMMENT ON COLUMN arrival.reason IS 'Reason word, for example TRUNCATED; empty for measured';
COMMENT ON COLUMN arrival.sha256 IS 'SHA-256 of the bytes that were read; empty when none were';
COMMENT ON COLUMN arrival.size IS 'Size of the file, bytes';
COMMENT ON COLUMN arrival.mtime_ns IS 'Time of modification, nanoseconds since 1970 (UTC)';
COMMENT ON COLUMN arrival.inode IS 'Inode of the file';
COMMENT ON COLUMN arrival.first_seen_at IS 'When a run first met this change (UTC)';
COMMENT ON COLUMN arrival.run_id IS 'The run that met it (ingest_run)';
COMMENT ON COLUMN arrival.detail IS 'The reason in words';

CREATE TABLE image (
    image_id VARCHAR NOT NULL CHECK (length(image_id) > 0),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    pass_id VARCHAR NOT NULL,
    part_id VARCHAR NOT NULL,
    view_row INTEGER CHECK (view_row >= 0),
    view_column INTEGER CHECK (view_column >= 0),
    path VARCHAR NOT NULL,
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    lot VARCHAR,
    captured_at TIMESTAMPTZ NOT NULL,
    captured_at_source VARCHAR NOT NULL CHECK (captured_at_source IN ('manifest', 'file time')),
    um_per_px DOUBLE CHECK (um_per_px > 0 AND isfinite(um_per_px)),
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    image_format VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    run_id INTEGER NOT NULL,
    brightness DOUBLE NOT NULL CHECK (isfinite(brightness)),
    contrast DOUBLE NOT NULL CHECK (isfinite(contrast)),
    focus DOUBLE NOT NULL CHECK (isfinite(focus)),
    mean_confidence DOUBLE NOT NULL CHECK (mean_confidence BETWEEN 0 AND 1),
    background_share DOUBLE NOT NULL CHECK (background_share BETWEEN 0 AND 1),
    inference_ms DOUBLE NOT NULL CHECK (inference_ms >= 0 AND isfinite(inference_ms)),
    PRIMARY KEY (image_id, revision)
);
COMMENT ON TABLE image IS 'One row per image and measurement of it; see latest_image for the newest';
COMMENT ON COLUMN image.image_id IS 'SHA-256 of the image file''s bytes';
COMMENT ON COLUMN image.revision IS 'Counts the measurements of this image, from 1; a new model makes a new one';
COMMENT ON COLUMN image.pass_id IS 'The pass this view belongs to (inspection)';
COMMENT ON COLUMN image.part_id IS 'The part shown';
COMMENT ON COLUMN image.view_row IS 'Row of the view in the part''s grid of views, from 0 at the top; empty when the part has one view';
COMMENT ON COLUMN image.view_column IS 'Column of the view, from 0 at the left; empty when the part has one view';
COMMENT ON COLUMN image.path IS 'Path below the inbox under which it was measured';
COMMENT ON COLUMN image.line IS 'Production line';
COMMENT ON COLUMN image.station IS 'Station on the line';
COMMENT ON COLUMN image.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN image.family IS 'Part family';
COMMENT ON COLUMN image.lot IS 'Lot; empty when not known';
COMMENT ON COLUMN image.captured_at IS 'When it was captured (UTC)';
COMMENT ON COLUMN image.captured_at_source IS 'Where that time is from: manifest, or the file''s own time';
COMMENT ON COLUMN image.um_per_px IS 'Scale, micrometres per pixel; empty when not known';
COMMENT ON COLUMN image.width IS 'Width, pixels';
COMMENT ON COLUMN image.height IS 'Height, pixels';
COMMENT ON COLUMN image.image_format IS 'File format by its first bytes: PNG, JPEG, BMP';
COMMENT ON COLUMN image.model_id IS 'The model that measured it (model)';
COMMENT ON COLUMN image.run_id IS 'The run that measured it (ingest_run)';
COMMENT ON COLUMN image.brightness IS 'Mean grey value, 0..255';
COMMENT ON COLUMN image.contrast IS 'Standard deviation of the grey values';
COMMENT ON COLUMN image.focus IS 'Sharpness: variance of the Laplacian of the grey values';
COMMENT ON COLUMN image.mean_confidence IS 'Mean probability of the assigned class over all pixels, 0..1';
COMMENT ON COLUMN image.background_share IS 'Share of pixels without a defect, 0..1';
COMMENT ON COLUMN image.inference_ms IS 'Time the model took, milliseconds';

CREATE TABLE defect (
    image_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    defect_no INTEGER NOT NULL CHECK (defect_no >= 1),
    defect_class VARCHAR NOT NULL CHECK (defect_class IN ('scratch', 'stain')),
    contour_area DOUBLE NOT NULL CHECK (contour_area >= 0 AND isfinite(contour_area)),
    pixel_count BIGINT NOT NULL CHECK (pixel_count > 0),
    circle_x DOUBLE NOT NULL CHECK (isfinite(circle_x)),
    circle_y DOUBLE NOT NULL CHECK (isfinite(circle_y)),
    circle_radius DOUBLE NOT NULL CHECK (circle_radius >= 0 AND isfinite(circle_radius)),
    box_x DOUBLE NOT NULL CHECK (isfinite(box_x)),
    box_y DOUBLE NOT NULL CHECK (isfinite(box_y)),
    box_width DOUBLE NOT NULL CHECK (box_width >= 0 AND isfinite(box_width)),
    box_height DOUBLE NOT NULL CHECK (box_height >= 0 AND isfinite(box_height)),
    box_angle DOUBLE NOT NULL CHECK (isfinite(box_angle)),
    length DOUBLE NOT NULL CHECK (length >= 0 AND isfinite(length)),
    bounds_x INTEGER NOT NULL CHECK (bounds_x >= 0),
    bounds_y INTEGER NOT NULL CHECK (bounds_y >= 0),
    bounds_width INTEGER NOT NULL CHECK (bounds_width > 0),
    bounds_height INTEGER NOT NULL CHECK (bounds_height > 0),
    confidence DOUBLE NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    part_x DOUBLE NOT NULL CHECK (part_x BETWEEN 0 AND 1),
    part_y DOUBLE NOT NULL CHECK (part_y BETWEEN 0 AND 1),
    captured_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (image_id, revision, defect_no)
);
COMMENT ON TABLE defect IS 'One row per stain or scratch of an image; see latest_defect. Outlines are in the mask files';
COMMENT ON COLUMN defect.image_id IS 'The image it was found in (image)';
COMMENT ON COLUMN defect.revision IS 'The measurement of that image it belongs to';
COMMENT ON COLUMN defect.defect_no IS 'Counts the defects of one measurement, from 1, largest first';
COMMENT ON COLUMN defect.defect_class IS 'scratch or stain';
COMMENT ON COLUMN defect.contour_area IS 'Area inside the outline through the pixel centres (Green''s formula), px²';
COMMENT ON COLUMN defect.pixel_count IS 'Number of pixels, px²';
COMMENT ON COLUMN defect.circle_x IS 'Centre of the smallest enclosing circle, x to the right, px';
COMMENT ON COLUMN defect.circle_y IS 'Centre of the smallest enclosing circle, y down, px';
COMMENT ON COLUMN defect.circle_radius IS 'Radius of the smallest enclosing circle, px';
COMMENT ON COLUMN defect.box_x IS 'Centre of the smallest rotated box, x, px';
COMMENT ON COLUMN defect.box_y IS 'Centre of the smallest rotated box, y, px';
COMMENT ON COLUMN defect.box_width IS 'One side of the rotated box, px';
COMMENT ON COLUMN defect.box_height IS 'The other side of the rotated box, px';
COMMENT ON COLUMN defect.box_angle IS 'Angle of the rotated box, degrees';
COMMENT ON COLUMN defect.length IS 'Longer side of the rotated box, px';
COMMENT ON COLUMN defect.bounds_x IS 'Left edge of the upright bounding box, px';
COMMENT ON COLUMN defect.bounds_y IS 'Upper edge of the upright bounding box, px';
COMMENT ON COLUMN defect.bounds_width IS 'Width of the upright bounding box, px';
COMMENT ON COLUMN defect.bounds_height IS 'Height of the upright bounding box, px';
COMMENT ON COLUMN defect.confidence IS 'Mean probability of the class over its pixels, 0..1';
COMMENT ON COLUMN defect.part_x IS 'Centroid on the part, 0 at the left edge, 1 at the right';
COMMENT ON COLUMN defect.part_y IS 'Centroid on the part, 0 at the upper edge, 1 at the lower';
COMMENT ON COLUMN defect.captured_at IS 'When the image was captured (UTC); join on it too: that skips all other times';

CREATE TABLE inspection (
    pass_id VARCHAR NOT NULL CHECK (length(pass_id) > 0),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    part_id VARCHAR NOT NULL,
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    lot VARCHAR,
    captured_at TIMESTAMPTZ NOT NULL,
    model_id VARCHAR NOT NULL,
    run_id INTEGER NOT NULL,
    views_expected INTEGER CHECK (views_expected >= 1),
    views_present INTEGER NOT NULL CHECK (views_present >= 1),
    stain_count INTEGER NOT NULL CHECK (stain_count >= 0),
    largest_stain_area_px DOUBLE NOT NULL CHECK (largest_stain_area_px >= 0 AND isfinite(largest_stain_area_px)),
    largest_stain_radius_px DOUBLE CHECK (largest_stain_radius_px >= 0),
    largest_stain_x DOUBLE,
    largest_stain_y DOUBLE,
    total_stain_area_px DOUBLE NOT NULL CHECK (total_stain_area_px >= 0 AND isfinite(total_stain_area_px)),
    total_stain_pct DOUBLE NOT NULL CHECK (total_stain_pct BETWEEN 0 AND 100),
    scratch_count INTEGER NOT NULL CHECK (scratch_count >= 0),
    longest_scratch_px DOUBLE NOT NULL CHECK (longest_scratch_px >= 0 AND isfinite(longest_scratch_px)),
    total_scratch_area_px DOUBLE NOT NULL CHECK (total_scratch_area_px >= 0 AND isfinite(total_scratch_area_px)),
    total_scratch_pct DOUBLE NOT NULL CHECK (total_scratch_pct BETWEEN 0 AND 100),
    largest_stain_area_mm2 DOUBLE CHECK (largest_stain_area_mm2 >= 0),
    longest_scratch_mm DOUBLE CHECK (longest_scratch_mm >= 0),
    total_stain_area_mm2 DOUBLE CHECK (total_stain_area_mm2 >= 0),
    total_scratch_area_mm2 DOUBLE CHECK (total_scratch_area_mm2 >= 0),
    surface_px BIGINT NOT NULL CHECK (surface_px > 0),
    passed BOOLEAN,
    failed_criteria VARCHAR[] NOT NULL,
    PRIMARY KEY (pass_id, revision)
);
COMMENT ON TABLE inspection IS 'One row per part and pass through a station, and revision of it; see latest_inspection for the newest';
COMMENT ON COLUMN inspection.pass_id IS 'The pass: from the manifest, else the same part at the same station within 10 minutes';
COMMENT ON COLUMN inspection.revision IS 'Counts the revisions, from 1; a late view or a new model makes a new one';
COMMENT ON COLUMN inspection.part_id IS 'The part';
COMMENT ON COLUMN inspection.line IS 'Production line';
COMMENT ON COLUMN inspection.station IS 'Station on the line';
COMMENT ON COLUMN inspection.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN inspection.family IS 'Part family';
COMMENT ON COLUMN inspection.lot IS 'Lot; empty when not known';
COMMENT ON COLUMN inspection.captured_at IS 'When the first view was captured (UTC)';
COMMENT ON COLUMN inspection.model_id IS 'The model that measured it (model)';
COMMENT ON COLUMN inspection.run_id IS 'The run that wrote this revision (ingest_run)';
COMMENT ON COLUMN inspection.views_expected IS 'Views the part should have; empty when not known';
COMMENT ON COLUMN inspection.views_present IS 'Views measured';
COMMENT ON COLUMN inspection.stain_count IS 'Number of stains';
COMMENT ON COLUMN inspection.largest_stain_area_px IS 'Contour area of the largest stain, px²; 0 without stains';
COMMENT ON COLUMN inspection.largest_stain_radius_px IS 'Radius of the circle around the largest stain, px; empty without stains';
COMMENT ON COLUMN inspection.largest_stain_x IS 'Centre of that circle, x, px';
COMMENT ON COLUMN inspection.largest_stain_y IS 'Centre of that circle, y, px';
COMMENT ON COLUMN inspection.total_stain_area_px IS 'Stained pixels, px²';
COMMENT ON COLUMN inspection.total_stain_pct IS 'Stained share of the surface: 100 × total_stain_area_px / surface_px, %';
COMMENT ON COLUMN inspection.scratch_count IS 'Number of scratches';
COMMENT ON COLUMN inspection.longest_scratch_px IS 'Length of the longest scratch (longer side of its rotated box), px; 0 without scratches';
COMMENT ON COLUMN inspection.total_scratch_area_px IS 'Scratched pixels, px²';
COMMENT ON COLUMN inspection.total_scratch_pct IS 'Scratched share of the surface: 100 × total_scratch_area_px / surface_px, %';
COMMENT ON COLUMN inspection.largest_stain_area_mm2 IS 'largest_stain_area_px in mm²; empty without a scale';
COMMENT ON COLUMN inspection.longest_scratch_mm IS 'longest_scratch_px in mm; empty without a scale';
COMMENT ON COLUMN inspection.total_stain_area_mm2 IS 'total_stain_area_px in mm²; empty without a scale';
COMMENT ON COLUMN inspection.total_scratch_area_mm2 IS 'total_scratch_area_px in mm²; empty without a scale';
COMMENT ON COLUMN inspection.surface_px IS 'Pixels of all views together, px²';
COMMENT ON COLUMN inspection.passed IS 'Within every specification limit; empty when none was set';
COMMENT ON COLUMN inspection.failed_criteria IS 'The limits it broke, in words';

CREATE TABLE signal (
    signal_id VARCHAR PRIMARY KEY CHECK (length(signal_id) > 0),
    characteristic_id VARCHAR NOT NULL,
    phase_id INTEGER NOT NULL,
    rule VARCHAR NOT NULL,
    panel VARCHAR NOT NULL,
    completing_pass_id VARCHAR NOT NULL,
    completing_at TIMESTAMPTZ NOT NULL,
    evaluation_id INTEGER NOT NULL,
    value DOUBLE NOT NULL,
    center DOUBLE NOT NULL,
    lcl DOUBLE,
    ucl DOUBLE,
    run_pass_ids VARCHAR[] NOT NULL,
    evaluated_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason VARCHAR,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
COMMENT ON TABLE signal IS 'One row per rule broken at a point; never deleted. See open_signal for those that still hold';
COMMENT ON COLUMN signal.signal_id IS 'Hash of characteristic, phase, rule, panel and completing pass';
COMMENT ON COLUMN signal.characteristic_id IS 'The metric on its stream: line/station/tool/family:metric';
COMMENT ON COLUMN signal.phase_id IS 'The phase whose limits it broke (phase)';
COMMENT ON COLUMN signal.rule IS 'Rule, for example nelson-1';
COMMENT ON COLUMN signal.panel IS 'The plotted statistic it was broken on';
COMMENT ON COLUMN signal.completing_pass_id IS 'The pass at which the rule was complete (inspection)';
COMMENT ON COLUMN signal.completing_at IS 'When that pass was captured (UTC)';
COMMENT ON COLUMN signal.evaluation_id IS 'The run that found it (ingest_run)';
COMMENT ON COLUMN signal.value IS 'Plotted value at the completing pass, in the unit of the panel';
COMMENT ON COLUMN signal.center IS 'Centre line there';
COMMENT ON COLUMN signal.lcl IS 'Lower control limit there; empty when there is none';
COMMENT ON COLUMN signal.ucl IS 'Upper control limit there; empty when there is none';
COMMENT ON COLUMN signal.run_pass_ids IS 'The passes that led to it, oldest first, the completing one last';
COMMENT ON COLUMN signal.evaluated_at IS 'When it was found (UTC)';
COMMENT ON COLUMN signal.withdrawn_at IS 'When it was found not to hold any more (UTC); empty while it holds';
COMMENT ON COLUMN signal.withdrawn_reason IS 'Why it does not hold any more';
