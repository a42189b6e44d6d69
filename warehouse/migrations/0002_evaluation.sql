-- What is computed from the facts and replaced when they change. No primary keys: rows of touched
-- days are deleted and inserted in one transaction, and the recomputation makes each key once.

CREATE TABLE characteristic_state (
    characteristic_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN (
        'in control', 'signal', 'drifting', 'out of specification',
        'no data', 'too few points', 'error'
    )),
    since TIMESTAMPTZ,
    latest_value DOUBLE,
    latest_at TIMESTAMPTZ,
    center DOUBLE,
    lcl DOUBLE,
    ucl DOUBLE,
    unit VARCHAR NOT NULL,
    points INTEGER NOT NULL CHECK (points >= 0),
    open_signals INTEGER NOT NULL CHECK (open_signals >= 0),
    sparkline DOUBLE[] NOT NULL,
    phase_id INTEGER,
    evaluated_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE characteristic_state IS 'How every characteristic stood at the last evaluation: the tiles of the overview';
COMMENT ON COLUMN characteristic_state.characteristic_id IS 'The metric on its stream: line/station/tool/family:metric';
COMMENT ON COLUMN characteristic_state.state IS 'in control, signal, drifting, out of specification, no data, too few points or error';
COMMENT ON COLUMN characteristic_state.since IS 'When this state began (UTC)';
COMMENT ON COLUMN characteristic_state.latest_value IS 'Newest value, in unit';
COMMENT ON COLUMN characteristic_state.latest_at IS 'When the newest part was captured (UTC)';
COMMENT ON COLUMN characteristic_state.center IS 'Centre line in force';
COMMENT ON COLUMN characteristic_state.lcl IS 'Lower control limit in force; empty when there is none';
COMMENT ON COLUMN characteristic_state.ucl IS 'Upper control limit in force; empty when there is none';
COMMENT ON COLUMN characteristic_state.unit IS 'Unit of the metric';
COMMENT ON COLUMN characteristic_state.points IS 'Points evaluated';
COMMENT ON COLUMN characteristic_state.open_signals IS 'Signals that hold';
COMMENT ON COLUMN characteristic_state.sparkline IS 'The newest values, oldest first, for a small line';
COMMENT ON COLUMN characteristic_state.phase_id IS 'The phase in force (phase); empty without limits';
COMMENT ON COLUMN characteristic_state.evaluated_at IS 'When this was found (UTC)';
COMMENT ON COLUMN characteristic_state.reason IS 'Why it has this state, in words';

CREATE TABLE daily_rollup (
    day DATE NOT NULL,
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 1),
    total DOUBLE NOT NULL,
    total_squares DOUBLE NOT NULL,
    minimum DOUBLE NOT NULL,
    maximum DOUBLE NOT NULL,
    zeros BIGINT NOT NULL CHECK (zeros BETWEEN 0 AND n)
);
COMMENT ON TABLE daily_rollup IS 'Sums of each metric by UTC day, stream and model, over the latest revision of each pass';
COMMENT ON COLUMN daily_rollup.day IS 'Day of capture in UTC';
COMMENT ON COLUMN daily_rollup.line IS 'Production line';
COMMENT ON COLUMN daily_rollup.station IS 'Station on the line';
COMMENT ON COLUMN daily_rollup.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN daily_rollup.family IS 'Part family';
COMMENT ON COLUMN daily_rollup.model_id IS 'The model that measured (model)';
COMMENT ON COLUMN daily_rollup.metric IS 'Column of inspection';
COMMENT ON COLUMN daily_rollup.n IS 'Number of values';
COMMENT ON COLUMN daily_rollup.total IS 'Sum of the values, in the unit of the metric; mean = total / n';
COMMENT ON COLUMN daily_rollup.total_squares IS 'Sum of the squared values; variance = (total_squares - total² / n) / (n - 1)';
COMMENT ON COLUMN daily_rollup.minimum IS 'Smallest value';
COMMENT ON COLUMN daily_rollup.maximum IS 'Largest value';
COMMENT ON COLUMN daily_rollup.zeros IS 'Number of values that are 0';

CREATE TABLE location_rollup (
    day DATE NOT NULL,
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    defect_class VARCHAR NOT NULL CHECK (defect_class IN ('scratch', 'stain')),
    cell_row INTEGER NOT NULL CHECK (cell_row BETWEEN 0 AND 31),
    cell_column INTEGER NOT NULL CHECK (cell_column BETWEEN 0 AND 31),
    parts BIGINT NOT NULL CHECK (parts BETWEEN 1 AND parts_inspected),
    area_px DOUBLE NOT NULL CHECK (area_px > 0),
    parts_inspected BIGINT NOT NULL
);
COMMENT ON TABLE location_rollup IS 'Parts with a defect in each cell of a 32 × 32 grid, by UTC day, stream, model and class; cells without one have no row';
COMMENT ON COLUMN location_rollup.day IS 'Day of capture in UTC';
COMMENT ON COLUMN location_rollup.line IS 'Production line';
COMMENT ON COLUMN location_rollup.station IS 'Station on the line';
COMMENT ON COLUMN location_rollup.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN location_rollup.family IS 'Part family';
COMMENT ON COLUMN location_rollup.model_id IS 'The model that measured (model)';
COMMENT ON COLUMN location_rollup.defect_class IS 'scratch or stain';
COMMENT ON COLUMN location_rollup.cell_row IS 'Row of the cell, 0 at the upper edge: floor(32 × part_y), at most 31';
COMMENT ON COLUMN location_rollup.cell_column IS 'Column of the cell, 0 at the left edge: floor(32 × part_x), at most 31';
COMMENT ON COLUMN location_rollup.parts IS 'Inspections with a centroid of the class in the cell; each counts once';
COMMENT ON COLUMN location_rollup.area_px IS 'Pixels of those defects, px²';
COMMENT ON COLUMN location_rollup.parts_inspected IS 'Inspections of that day, stream and model, with and without defects';
