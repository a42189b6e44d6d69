-- warehouse/queries/cells_from_defects.sql: parts and pixels by cell for inspections captured in [$start, $end), from
-- the defects themselves.
WITH passes AS (
    SELECT pass_id, views_present
    FROM latest_inspection
    WHERE
        captured_at >= $start
        AND captured_at < $end
        AND ($every OR list_contains($streams, {
            'line': line, 'station': station, 'tool': tool, 'family': family
        }))
),

-- An inspection has the time of its first view, so one view alone lies in the interval, too; only
-- of several some may be later. Whatever is later than the interval need not be read for the others.
pictures AS (
    SELECT
        latest_image.pass_id,
        latest_image.image_id,
        latest_image.revision,
        latest_image.captured_at
    FROM latest_image
    SEMI JOIN passes ON passes.pass_id = latest_image.pass_id
    WHERE latest_image.captured_at >= $start AND latest_image.captured_at < $end
    UNION ALL
    SELECT
        latest_image.pass_id,
        latest_image.image_id,
        latest_image.revision,
        latest_image.captured_at
    FROM latest_image
    SEMI JOIN passes
        ON
            passes.pass_id = latest_image.pass_id
            AND passes.views_present > 1
    WHERE latest_image.captured_at >= $end
)

SELECT
    least(31, CAST(floor(32 * defect.part_y) AS INTEGER)) AS cell_row,
    least(31, CAST(floor(32 * defect.part_x) AS INTEGER)) AS cell_column,
    count(DISTINCT pictures.pass_id) AS parts,
    sum(defect.pixel_count) AS area_px
FROM pictures
INNER JOIN defect
    ON
        defect.captured_at = pictures.captured_at
        AND defect.image_id = pictures.image_id
        AND defect.revision = pictures.revision
WHERE defect.defect_class = $defect_class
GROUP BY ALL;
