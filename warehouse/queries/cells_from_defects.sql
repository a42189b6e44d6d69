-- warehouse/queries/cells_from_defects.sql: parts and pixels by cell for inspections captured in [$start, $end), from
-- the defects themselves.
SELECT
    least(31, CAST(floor(32 * defect.part_y) AS INTEGER)) AS cell_row,
    least(31, CAST(floor(32 * defect.part_x) AS INTEGER)) AS cell_column,
    count(DISTINCT latest_inspection.pass_id) AS parts,
    sum(defect.pixel_count) AS area_px
FROM latest_inspection
INNER JOIN latest_image
    ON
        latest_image.pass_id = latest_inspection.pass_id
        -- An inspection has the time of its first view.
        AND latest_image.captured_at >= $start
INNER JOIN defect
    ON
        defect.captured_at = latest_image.captured_at
        AND defect.image_id = latest_image.image_id
        AND defect.revision = latest_image.revision
WHERE
    defect.defect_class = $defect_class
    AND latest_inspection.captured_at >= $start
    AND latest_inspection.captured_at < $end
    AND ($every OR list_contains($streams, {
        'line': latest_inspection.line,
        'station': latest_inspection.station,
        'tool': latest_inspection.tool,
        'family': latest_inspection.family
    }))
GROUP BY ALL;
