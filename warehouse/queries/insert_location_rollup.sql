-- warehouse/queries/insert_location_rollup.sql: computes the days and streams in `touched`, all of
-- which lie in [$first, $after).
INSERT INTO location_rollup (
    day, line, station, tool, family, model_id,
    defect_class, cell_row, cell_column, parts, area_px, parts_inspected
)
WITH inspected AS (
    SELECT
        CAST(touched.day AS DATE) AS day,
        latest_inspection.line,
        latest_inspection.station,
        latest_inspection.tool,
        latest_inspection.family,
        latest_inspection.model_id,
        latest_inspection.pass_id
    FROM latest_inspection
    INNER JOIN touched
        ON
            CAST(latest_inspection.captured_at AT TIME ZONE 'UTC' AS DATE) = CAST(touched.day AS DATE)
            AND latest_inspection.line = touched.line
            AND latest_inspection.station = touched.station
            AND latest_inspection.tool = touched.tool
            AND latest_inspection.family = touched.family
    WHERE latest_inspection.captured_at >= $first AND latest_inspection.captured_at < $after
),

totals AS (
    SELECT day, line, station, tool, family, model_id, count(*) AS parts_inspected
    FROM inspected
    GROUP BY day, line, station, tool, family, model_id
),

cells AS (
    SELECT
        inspected.day,
        inspected.line,
        inspected.station,
        inspected.tool,
        inspected.family,
        inspected.model_id,
        defect.defect_class,
        least(31, CAST(floor(32 * defect.part_y) AS INTEGER)) AS cell_row,
        least(31, CAST(floor(32 * defect.part_x) AS INTEGER)) AS cell_column,
        count(DISTINCT inspected.pass_id) AS parts,
        sum(defect.pixel_count) AS area_px
    FROM inspected
    INNER JOIN latest_image ON latest_image.pass_id = inspected.pass_id
    INNER JOIN defect
        ON
            defect.captured_at = latest_image.captured_at
            AND defect.image_id = latest_image.image_id
            AND defect.revision = latest_image.revision
    GROUP BY ALL
)

SELECT
    cells.day,
    cells.line,
    cells.station,
    cells.tool,
    cells.family,
    cells.model_id,
    cells.defect_class,
    cells.cell_row,
    cells.cell_column,
    cells.parts,
    cells.area_px,
    totals.parts_inspected
FROM cells
INNER JOIN totals USING (day, line, station, tool, family, model_id);
