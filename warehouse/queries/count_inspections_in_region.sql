-- warehouse/queries/count_inspections_in_region.sql: how many inspections pass the filters and have a
-- defect of the class centred in the rectangle.
WITH filtered AS (
    SELECT pass_id
    FROM latest_inspection
    WHERE
        captured_at >= $start
        AND captured_at < $end
        AND ($every OR list_contains($streams, {
            'line': line, 'station': station, 'tool': tool, 'family': family
        }))
        AND ($any_part OR contains(lower(part_id), $part_id))
        AND ($any_lot OR lot = $lot)
        AND ($any_result OR NOT passed)
),

in_region AS (
    SELECT DISTINCT filtered.pass_id
    FROM filtered
    INNER JOIN latest_image ON latest_image.pass_id = filtered.pass_id
    INNER JOIN defect
        ON
            defect.captured_at = latest_image.captured_at
            AND defect.image_id = latest_image.image_id
            AND defect.revision = latest_image.revision
    WHERE
        defect.defect_class = $defect_class
        AND defect.part_x BETWEEN $left AND $right
        AND defect.part_y BETWEEN $top AND $bottom
)

SELECT count(*)
FROM in_region;
