-- warehouse/queries/defects_of_images.sql: the defects of the latest measurement of images captured in a span of time,
-- largest first.
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
    defect.part_y
FROM defect
INNER JOIN latest_image
    ON
        latest_image.captured_at = defect.captured_at
        AND latest_image.image_id = defect.image_id
        AND latest_image.revision = defect.revision
WHERE
    defect.captured_at BETWEEN $first AND $last
    AND defect.image_id IN (SELECT unnest($image_ids))
ORDER BY defect.pixel_count DESC, defect.image_id, defect.defect_no;
