-- Parts in several views: a defect that crosses the border between adjoining views is one defect of the
-- part. The pieces stay in `defect`; only what crosses a border has rows here. And the manifests: what
-- was read of each, and the pictures its rows still wait for.

CREATE TABLE merged_defect (
    pass_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    merged_no INTEGER NOT NULL CHECK (merged_no >= 1),
    defect_class VARCHAR NOT NULL CHECK (defect_class IN ('scratch', 'stain')),
    pieces INTEGER NOT NULL CHECK (pieces >= 2),
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
    confidence DOUBLE NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    captured_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pass_id, revision, merged_no)
);
COMMENT ON TABLE merged_defect IS 'One row per defect that crosses a border between adjoining views, by revision of the inspection; see part_defect';
COMMENT ON COLUMN merged_defect.pass_id IS 'The pass (inspection)';
COMMENT ON COLUMN merged_defect.revision IS 'The revision of the inspection it belongs to';
COMMENT ON COLUMN merged_defect.merged_no IS 'Counts them within the revision, from 1, largest first';
COMMENT ON COLUMN merged_defect.defect_class IS 'scratch or stain';
COMMENT ON COLUMN merged_defect.pieces IS 'In how many pieces the borders cut it (merged_piece)';
COMMENT ON COLUMN merged_defect.contour_area IS 'Area inside the outline as in one picture (Green''s formula), px²';
COMMENT ON COLUMN merged_defect.pixel_count IS 'Number of pixels of all pieces, px²';
COMMENT ON COLUMN merged_defect.circle_x IS 'Centre of the smallest enclosing circle, x to the right from the left edge of the first column of views, px';
COMMENT ON COLUMN merged_defect.circle_y IS 'Centre of that circle, y down from the upper edge of the first row of views, px';
COMMENT ON COLUMN merged_defect.circle_radius IS 'Radius of that circle, px';
COMMENT ON COLUMN merged_defect.box_x IS 'Centre of the smallest rotated box around all pieces, x as circle_x, px';
COMMENT ON COLUMN merged_defect.box_y IS 'Centre of the rotated box, y as circle_y, px';
COMMENT ON COLUMN merged_defect.box_width IS 'One side of the rotated box, px';
COMMENT ON COLUMN merged_defect.box_height IS 'The other side of the rotated box, px';
COMMENT ON COLUMN merged_defect.box_angle IS 'Angle of the rotated box, degrees';
COMMENT ON COLUMN merged_defect.length IS 'Longer side of the rotated box, px';
COMMENT ON COLUMN merged_defect.confidence IS 'Mean probability of the class over its pixels, 0..1';
COMMENT ON COLUMN merged_defect.captured_at IS 'When the first view of the pass was captured (UTC)';

CREATE TABLE merged_piece (
    pass_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    merged_no INTEGER NOT NULL CHECK (merged_no >= 1),
    image_id VARCHAR NOT NULL,
    image_revision INTEGER NOT NULL CHECK (image_revision >= 1),
    defect_no INTEGER NOT NULL CHECK (defect_no >= 1),
    PRIMARY KEY (pass_id, revision, image_id, defect_no)
);
COMMENT ON TABLE merged_piece IS 'The pieces of each merged_defect: one row per defect of an image that is part of a larger one';
COMMENT ON COLUMN merged_piece.pass_id IS 'The pass (inspection)';
COMMENT ON COLUMN merged_piece.revision IS 'The revision of the inspection';
COMMENT ON COLUMN merged_piece.merged_no IS 'The defect it is a piece of (merged_defect)';
COMMENT ON COLUMN merged_piece.image_id IS 'The image it was found in (defect)';
COMMENT ON COLUMN merged_piece.image_revision IS 'The measurement of that image (defect.revision)';
COMMENT ON COLUMN merged_piece.defect_no IS 'Its number there (defect)';

CREATE VIEW part_defect AS
WITH merged AS (
    SELECT
        merged_piece.image_id,
        merged_piece.image_revision,
        merged_piece.defect_no
    FROM merged_piece
    INNER JOIN latest_inspection
        ON
            latest_inspection.pass_id = merged_piece.pass_id
            AND latest_inspection.revision = merged_piece.revision
)

SELECT
    latest_image.pass_id,
    latest_image.part_id,
    defect.defect_class,
    1 AS pieces,
    defect.contour_area,
    defect.pixel_count,
    defect.circle_radius,
    defect.length,
    defect.confidence,
    defect.captured_at,
    defect.image_id,
    defect.defect_no,
    CAST(NULL AS INTEGER) AS merged_no
FROM defect
INNER JOIN latest_image
    ON
        latest_image.image_id = defect.image_id
        AND latest_image.revision = defect.revision
        AND latest_image.captured_at = defect.captured_at
ANTI JOIN merged
    ON
        merged.image_id = defect.image_id
        AND merged.image_revision = defect.revision
        AND merged.defect_no = defect.defect_no
UNION ALL
SELECT
    merged_defect.pass_id,
    latest_inspection.part_id,
    merged_defect.defect_class,
    merged_defect.pieces,
    merged_defect.contour_area,
    merged_defect.pixel_count,
    merged_defect.circle_radius,
    merged_defect.length,
    merged_defect.confidence,
    merged_defect.captured_at,
    CAST(NULL AS VARCHAR) AS image_id,
    CAST(NULL AS INTEGER) AS defect_no,
    merged_defect.merged_no
FROM merged_defect
INNER JOIN latest_inspection
    ON
        latest_inspection.pass_id = merged_defect.pass_id
        AND latest_inspection.revision = merged_defect.revision;
COMMENT ON VIEW part_defect IS 'Every defect of every part once (latest revisions): what crosses a border between views is one row. Counts agree with stain_count and scratch_count';
COMMENT ON COLUMN part_defect.pass_id IS 'The pass (inspection)';
COMMENT ON COLUMN part_defect.part_id IS 'The part';
COMMENT ON COLUMN part_defect.defect_class IS 'scratch or stain';
COMMENT ON COLUMN part_defect.pieces IS '1, or the number of pieces where it crosses borders between views';
COMMENT ON COLUMN part_defect.contour_area IS 'Area inside the outline (Green''s formula), px²';
COMMENT ON COLUMN part_defect.pixel_count IS 'Number of pixels, px²';
COMMENT ON COLUMN part_defect.circle_radius IS 'Radius of the smallest enclosing circle, px';
COMMENT ON COLUMN part_defect.length IS 'Longer side of the smallest rotated box, px';
COMMENT ON COLUMN part_defect.confidence IS 'Mean probability of the class over its pixels, 0..1';
COMMENT ON COLUMN part_defect.captured_at IS 'When the image, or the first view of the pass, was captured (UTC)';
COMMENT ON COLUMN part_defect.image_id IS 'The image of a defect in one piece (defect); empty where it crosses a border';
COMMENT ON COLUMN part_defect.defect_no IS 'Its number there; empty where it crosses a border';
COMMENT ON COLUMN part_defect.merged_no IS 'Its number in merged_defect; empty for a defect in one piece';

CREATE TABLE manifest (
    path VARCHAR NOT NULL,
    change_no INTEGER NOT NULL CHECK (change_no >= 1),
    outcome VARCHAR NOT NULL CHECK (outcome IN ('accepted', 'quarantined')),
    reason VARCHAR NOT NULL,
    sha256 VARCHAR,
    size BIGINT NOT NULL CHECK (size >= 0),
    mtime_ns BIGINT NOT NULL,
    changed_ns BIGINT NOT NULL,
    inode UBIGINT NOT NULL,
    rules VARCHAR NOT NULL,
    encoding VARCHAR NOT NULL,
    delimiter VARCHAR NOT NULL,
    accepted_rows BIGINT NOT NULL CHECK (accepted_rows >= 0),
    rejected_rows BIGINT NOT NULL CHECK (rejected_rows >= 0),
    first_seen_at TIMESTAMPTZ NOT NULL,
    run_id INTEGER NOT NULL,
    detail VARCHAR NOT NULL,
    PRIMARY KEY (path, change_no)
);
COMMENT ON TABLE manifest IS 'One row per manifest and change of its file, with what was read of it';
COMMENT ON COLUMN manifest.path IS 'Path below the inbox; undecodable bytes escaped with a backslash';
COMMENT ON COLUMN manifest.change_no IS 'Counts the changes of this path, from 1';
COMMENT ON COLUMN manifest.outcome IS 'accepted (single rows may be rejected) or quarantined';
COMMENT ON COLUMN manifest.reason IS 'Reason word of a quarantined one, for example BAD_FORMAT';
COMMENT ON COLUMN manifest.sha256 IS 'SHA-256 of its bytes, which the archive keeps; empty when none were read';
COMMENT ON COLUMN manifest.size IS 'Size of the file, bytes';
COMMENT ON COLUMN manifest.mtime_ns IS 'Time of modification, nanoseconds since 1970 (UTC)';
COMMENT ON COLUMN manifest.changed_ns IS 'Time of the last change of content or rights, nanoseconds since 1970 (UTC)';
COMMENT ON COLUMN manifest.inode IS 'Inode of the file';
COMMENT ON COLUMN manifest.rules IS 'Hash of the settings it was read by: time zone, column names, limits';
COMMENT ON COLUMN manifest.encoding IS 'Encoding as found';
COMMENT ON COLUMN manifest.delimiter IS 'Delimiter as found';
COMMENT ON COLUMN manifest.accepted_rows IS 'Rows that say what an image is';
COMMENT ON COLUMN manifest.rejected_rows IS 'Rows that were not taken';
COMMENT ON COLUMN manifest.first_seen_at IS 'When a run first met this change (UTC)';
COMMENT ON COLUMN manifest.run_id IS 'The run that met it (ingest_run)';
COMMENT ON COLUMN manifest.detail IS 'Why it was refused, or the first rejected rows with row number and reason';

-- No primary key: a manifest's rows are deleted and inserted in one transaction.
CREATE TABLE awaited_image (
    manifest_path VARCHAR NOT NULL,
    row_no BIGINT NOT NULL CHECK (row_no >= 2),
    image VARCHAR NOT NULL,
    is_accepted BOOLEAN NOT NULL,
    waiting_since TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE awaited_image IS 'Manifest rows whose image is not measured yet; a row leaves when it is';
COMMENT ON COLUMN awaited_image.manifest_path IS 'The manifest (manifest)';
COMMENT ON COLUMN awaited_image.row_no IS 'Row of the manifest as a spreadsheet counts: the header is row 1';
COMMENT ON COLUMN awaited_image.image IS 'Path of the image below the inbox';
COMMENT ON COLUMN awaited_image.is_accepted IS 'The row was taken; a rejected row holds its image until it is corrected';
COMMENT ON COLUMN awaited_image.waiting_since IS 'When a run first read this row (UTC)';

COMMENT ON COLUMN inspection.largest_stain_x IS 'Centre of that circle, x, px of its view, or of the part where its views adjoin';
COMMENT ON COLUMN inspection.largest_stain_y IS 'Centre of that circle, y, px of its view, or of the part where its views adjoin';
COMMENT ON COLUMN latest_inspection.largest_stain_x IS 'Centre of that circle, x, px of its view, or of the part where its views adjoin';
COMMENT ON COLUMN latest_inspection.largest_stain_y IS 'Centre of that circle, y, px of its view, or of the part where its views adjoin';
COMMENT ON COLUMN inspection.stain_count IS 'Number of stains; one that crosses a border between adjoining views is one';
COMMENT ON COLUMN inspection.scratch_count IS 'Number of scratches; one that crosses a border between adjoining views is one';
COMMENT ON COLUMN latest_inspection.stain_count IS 'Number of stains; one that crosses a border between adjoining views is one';
COMMENT ON COLUMN latest_inspection.scratch_count IS 'Number of scratches; one that crosses a border between adjoining views is one';
