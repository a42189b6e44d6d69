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
            -- The day in UTC, without the calendar of a time zone: that takes three times as long.
            CAST(make_timestamp(epoch_us(latest_inspection.captured_at)) AS DATE)
            = CAST(touched.day AS DATE)
            AND latest_inspection.line = touched.line
            AND latest_inspection.station = touched.station
            AND latest_inspection.tool = touched.tool
            AND latest_inspection.family = touched.family
    WHERE latest_inspection.captured_at >= $first AND latest_inspection.captured_at < $after
),

-- Numbered, so that the many cells are grouped by numbers and not by six names.
totals AS MATERIALIZED (
    SELECT
        row_number() OVER () AS number,
        day,
        line,
        station,
        tool,
        family,
        model_id,
        count(*) AS parts_inspected,
        list(pass_id) AS pass_ids
    FROM inspected
    GROUP BY day, line, station, tool, family, model_id
),

found AS (
    SELECT
        members.number,
        members.member,
        defect.defect_class,
        least(31, CAST(floor(32 * defect.part_y) AS INTEGER)) AS cell_row,
        least(31, CAST(floor(32 * defect.part_x) AS INTEGER)) AS cell_column,
        sum(defect.pixel_count) AS area_px
    FROM (
        SELECT number, unnest(pass_ids) AS pass_id, generate_subscripts(pass_ids, 1) AS member
        FROM totals
    ) AS members
    INNER JOIN latest_image
        ON
            latest_image.pass_id = members.pass_id
            -- An inspection has the time of its first view: earlier images need not be read.
            AND latest_image.captured_at >= $first
    INNER JOIN defect
        ON
            defect.captured_at = latest_image.captured_at
            AND defect.image_id = latest_image.image_id
            AND defect.revision = latest_image.revision
    GROUP BY ALL
),

cells AS (
    SELECT
        number,
        defect_class,
        cell_row,
        cell_column,
        count(*) AS parts,
        sum(area_px) AS area_px
    FROM found
    GROUP BY number, defect_class, cell_row, cell_column
)

SELECT
    totals.day,
    totals.line,
    totals.station,
    totals.tool,
    totals.family,
    totals.model_id,
    cells.defect_class,
    cells.cell_row,
    cells.cell_column,
    cells.parts,
    cells.area_px,
    totals.parts_inspected
FROM cells
INNER JOIN totals USING (number);
