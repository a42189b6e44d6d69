-- What ten million parts need: whole months of the defect map at once, and where a stream begins and
-- ends without looking at its parts.

ALTER TABLE daily_rollup ADD COLUMN first_at TIMESTAMPTZ;
ALTER TABLE daily_rollup ADD COLUMN last_at TIMESTAMPTZ;
COMMENT ON COLUMN daily_rollup.first_at IS 'When the first of the parts was captured (UTC)';
COMMENT ON COLUMN daily_rollup.last_at IS 'When the last of the parts was captured (UTC)';

UPDATE daily_rollup
SET first_at = captured.first_at, last_at = captured.last_at
FROM (
    SELECT
        CAST(captured_at AT TIME ZONE 'UTC' AS DATE) AS day,
        line,
        station,
        tool,
        family,
        model_id,
        min(captured_at) AS first_at,
        max(captured_at) AS last_at
    FROM latest_inspection
    GROUP BY ALL
) AS captured
WHERE
    captured.day = daily_rollup.day
    AND captured.line = daily_rollup.line
    AND captured.station = daily_rollup.station
    AND captured.tool = daily_rollup.tool
    AND captured.family = daily_rollup.family
    AND captured.model_id = daily_rollup.model_id;

CREATE TABLE location_month_rollup (
    month DATE NOT NULL,
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    defect_class VARCHAR NOT NULL CHECK (defect_class IN ('scratch', 'stain')),
    cell_row INTEGER NOT NULL CHECK (cell_row BETWEEN 0 AND 31),
    cell_column INTEGER NOT NULL CHECK (cell_column BETWEEN 0 AND 31),
    parts BIGINT NOT NULL CHECK (parts >= 1),
    area_px DOUBLE NOT NULL CHECK (area_px > 0)
);
COMMENT ON TABLE location_month_rollup IS 'Sums of location_rollup by UTC month: what a map over whole months adds up';
COMMENT ON COLUMN location_month_rollup.month IS 'First day of the month, in UTC';
COMMENT ON COLUMN location_month_rollup.line IS 'Production line';
COMMENT ON COLUMN location_month_rollup.station IS 'Station on the line';
COMMENT ON COLUMN location_month_rollup.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN location_month_rollup.family IS 'Part family';
COMMENT ON COLUMN location_month_rollup.model_id IS 'The model that measured (model)';
COMMENT ON COLUMN location_month_rollup.defect_class IS 'scratch or stain';
COMMENT ON COLUMN location_month_rollup.cell_row IS 'Row of the cell, 0 at the upper edge: floor(32 × part_y), at most 31';
COMMENT ON COLUMN location_month_rollup.cell_column IS 'Column of the cell, 0 at the left edge: floor(32 × part_x), at most 31';
COMMENT ON COLUMN location_month_rollup.parts IS 'Inspections with a centroid of the class in the cell; each counts once';
COMMENT ON COLUMN location_month_rollup.area_px IS 'Pixels of those defects, px²';

INSERT INTO location_month_rollup
SELECT
    CAST(date_trunc('month', day) AS DATE) AS month,
    line,
    station,
    tool,
    family,
    model_id,
    defect_class,
    cell_row,
    cell_column,
    sum(parts) AS parts,
    sum(area_px) AS area_px
FROM location_rollup
GROUP BY ALL;
