-- warehouse/queries/insert_merged_defects.sql: the rows of `incoming` whose key is not stored yet.
INSERT INTO merged_defect (
    pass_id,
    revision,
    merged_no,
    defect_class,
    pieces,
    contour_area,
    pixel_count,
    circle_x,
    circle_y,
    circle_radius,
    box_x,
    box_y,
    box_width,
    box_height,
    box_angle,
    length,
    confidence,
    captured_at
)
SELECT
    incoming.pass_id,
    incoming.revision,
    incoming.merged_no,
    incoming.defect_class,
    incoming.pieces,
    incoming.contour_area,
    incoming.pixel_count,
    incoming.circle_x,
    incoming.circle_y,
    incoming.circle_radius,
    incoming.box_x,
    incoming.box_y,
    incoming.box_width,
    incoming.box_height,
    incoming.box_angle,
    incoming.length,
    incoming.confidence,
    incoming.captured_at
FROM incoming
ANTI JOIN merged_defect ON merged_defect.pass_id = incoming.pass_id
    AND merged_defect.revision = incoming.revision
    AND merged_defect.merged_no = incoming.merged_no
RETURNING pass_id;
