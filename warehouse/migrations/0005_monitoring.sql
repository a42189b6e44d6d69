-- What the monitor remembers between two runs, so that a run costs as much as what is new. All of it
-- follows from the facts: a monitor that finds nothing here evaluates everything and writes it again.
-- No primary keys: rows are replaced within one transaction, and each key is written once.

CREATE TABLE monitor_mark (
    inspection_row BIGINT NOT NULL,
    pass_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    arrival_row BIGINT NOT NULL,
    path VARCHAR NOT NULL,
    change_no INTEGER NOT NULL,
    evaluated_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE monitor_mark IS 'How far the facts are evaluated: one row, replaced by every evaluation';
COMMENT ON COLUMN monitor_mark.inspection_row IS 'Row number of the newest evaluated row of inspection; -1 without one';
COMMENT ON COLUMN monitor_mark.pass_id IS 'The pass there: another one means that the table was rebuilt';
COMMENT ON COLUMN monitor_mark.revision IS 'The revision there';
COMMENT ON COLUMN monitor_mark.arrival_row IS 'Row number of the newest evaluated row of arrival; -1 without one';
COMMENT ON COLUMN monitor_mark.path IS 'The path there';
COMMENT ON COLUMN monitor_mark.change_no IS 'The change there';
COMMENT ON COLUMN monitor_mark.evaluated_at IS 'When the evaluation was made (UTC)';

CREATE TABLE monitored_stream (
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    points BIGINT NOT NULL,
    passes BIGINT NOT NULL,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    tail_at TIMESTAMPTZ NOT NULL,
    in_use BOOLEAN NOT NULL
);
COMMENT ON TABLE monitored_stream IS 'How much of each stream and model is evaluated';
COMMENT ON COLUMN monitored_stream.line IS 'Production line';
COMMENT ON COLUMN monitored_stream.station IS 'Station on the line';
COMMENT ON COLUMN monitored_stream.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN monitored_stream.family IS 'Part family';
COMMENT ON COLUMN monitored_stream.model_id IS 'The model that measured (model)';
COMMENT ON COLUMN monitored_stream.points IS 'Passes that this model measured';
COMMENT ON COLUMN monitored_stream.passes IS 'Passes that it was the first to measure';
COMMENT ON COLUMN monitored_stream.first_at IS 'Capture of the first of them (UTC)';
COMMENT ON COLUMN monitored_stream.last_at IS 'Capture of the last of them (UTC)';
COMMENT ON COLUMN monitored_stream.tail_at IS 'Capture of the first point of the small line on the tile (UTC)';
COMMENT ON COLUMN monitored_stream.in_use IS 'Whether it measured the newest pass of the stream';

CREATE TABLE chart_checkpoint (
    characteristic_id VARCHAR NOT NULL,
    phase_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    reached_at TIMESTAMPTZ NOT NULL,
    pass_id VARCHAR NOT NULL,
    valid_to TIMESTAMPTZ,
    memory DOUBLE NOT NULL,
    side INTEGER NOT NULL,
    run VARCHAR[] NOT NULL
);
COMMENT ON TABLE chart_checkpoint IS 'Where charts stood after an evaluation: the next one goes on from the newest that no late part precedes';
COMMENT ON COLUMN chart_checkpoint.characteristic_id IS 'The metric on its stream: line/station/tool/family:metric';
COMMENT ON COLUMN chart_checkpoint.phase_id IS 'The phase whose limits judge (phase)';
COMMENT ON COLUMN chart_checkpoint.number IS 'Counts the checkpoints of a chart, from 1';
COMMENT ON COLUMN chart_checkpoint.reached_at IS 'Capture of the last judged point (UTC)';
COMMENT ON COLUMN chart_checkpoint.pass_id IS 'The pass of the last judged point';
COMMENT ON COLUMN chart_checkpoint.valid_to IS 'When the phase ended as this was written (UTC); empty while it was in force';
COMMENT ON COLUMN chart_checkpoint.memory IS 'Memory of the running average: its distance from the centre times 1 - lambda, in z units';
COMMENT ON COLUMN chart_checkpoint.side IS 'Side of its centre where the running average was: 1 above, -1 below, 0 on it';
COMMENT ON COLUMN chart_checkpoint.run IS 'The newest passes since it came to that side, oldest first';

CREATE TABLE evaluated_characteristic (
    characteristic_id VARCHAR NOT NULL,
    spec_lower DOUBLE,
    spec_upper DOUBLE,
    tried_model VARCHAR,
    tried_from TIMESTAMPTZ,
    tried_points BIGINT,
    tried_until TIMESTAMPTZ,
    refusal VARCHAR,
    drift VARCHAR
);
COMMENT ON TABLE evaluated_characteristic IS 'What the last evaluation of each characteristic rested on besides its points';
COMMENT ON COLUMN evaluated_characteristic.characteristic_id IS 'The metric on its stream: line/station/tool/family:metric';
COMMENT ON COLUMN evaluated_characteristic.spec_lower IS 'Lower specification limit, in unit; empty when there was none';
COMMENT ON COLUMN evaluated_characteristic.spec_upper IS 'Upper specification limit, in unit; empty when there was none';
COMMENT ON COLUMN evaluated_characteristic.tried_model IS 'Model of the points that limits were last wanted from (model); empty when they were not';
COMMENT ON COLUMN evaluated_characteristic.tried_from IS 'Where these points begin (UTC); empty for the beginning of the stream';
COMMENT ON COLUMN evaluated_characteristic.tried_points IS 'How many points the stream had then';
COMMENT ON COLUMN evaluated_characteristic.tried_until IS 'Capture of the last point that was looked at (UTC)';
COMMENT ON COLUMN evaluated_characteristic.refusal IS 'Why there were no limits, in words';
COMMENT ON COLUMN evaluated_characteristic.drift IS 'Where the level is going, in words; empty when it is not drifting';

CREATE TABLE part_group (
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    after_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    last_id VARCHAR NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    hits INTEGER
);
COMMENT ON TABLE part_group IS 'Groups of consecutive parts or pictures whose share is charted; a closed group keeps its borders';
COMMENT ON COLUMN part_group.line IS 'Production line';
COMMENT ON COLUMN part_group.station IS 'Station on the line';
COMMENT ON COLUMN part_group.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN part_group.family IS 'Part family';
COMMENT ON COLUMN part_group.metric IS 'nonconforming_share or refused_share';
COMMENT ON COLUMN part_group.model_id IS 'The model that measured (model); empty for pictures that were refused or measured';
COMMENT ON COLUMN part_group.number IS 'Counts the groups, from 1';
COMMENT ON COLUMN part_group.after_at IS 'The group holds what was captured after this (UTC) …';
COMMENT ON COLUMN part_group.last_at IS '… up to this, included (UTC); a late part joins the group of its time';
COMMENT ON COLUMN part_group.last_id IS 'The pass, or the path of the picture, that closed it';
COMMENT ON COLUMN part_group.n IS 'Parts or pictures in the group';
COMMENT ON COLUMN part_group.hits IS 'How many of them do not conform or were refused; empty where no specification is set';

CREATE TABLE location_baseline (
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    defect_class VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    days INTEGER NOT NULL,
    counts INTEGER[] NOT NULL,
    level DOUBLE NOT NULL
);
COMMENT ON TABLE location_baseline IS 'Where the defects lay on the days that the nightly test of locations compares with; frozen';
COMMENT ON COLUMN location_baseline.line IS 'Production line';
COMMENT ON COLUMN location_baseline.station IS 'Station on the line';
COMMENT ON COLUMN location_baseline.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN location_baseline.family IS 'Part family';
COMMENT ON COLUMN location_baseline.model_id IS 'The model that measured (model)';
COMMENT ON COLUMN location_baseline.defect_class IS 'scratch or stain';
COMMENT ON COLUMN location_baseline.first_day IS 'First day of the baseline (UTC)';
COMMENT ON COLUMN location_baseline.last_day IS 'Last day of the baseline (UTC)';
COMMENT ON COLUMN location_baseline.days IS 'Days with parts of the class';
COMMENT ON COLUMN location_baseline.counts IS 'Parts with the class in each cell of an 8 × 8 grid, day by day, row by row';
COMMENT ON COLUMN location_baseline.level IS 'p value below which a nightly test signals, from the false-alarm budget of the site';

CREATE TABLE location_test (
    characteristic_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    pass_id VARCHAR NOT NULL,
    part_id VARCHAR NOT NULL,
    captured_at TIMESTAMPTZ NOT NULL,
    model_id VARCHAR NOT NULL,
    p_value DOUBLE NOT NULL,
    level DOUBLE NOT NULL,
    statistic DOUBLE NOT NULL,
    ratio DOUBLE NOT NULL,
    first_row INTEGER NOT NULL,
    last_row INTEGER NOT NULL,
    first_column INTEGER NOT NULL,
    last_column INTEGER NOT NULL,
    since DATE NOT NULL,
    words VARCHAR NOT NULL
);
COMMENT ON TABLE location_test IS 'One row per nightly test whether the pattern of defect positions has changed';
COMMENT ON COLUMN location_test.characteristic_id IS 'line/station/tool/family:stain_location or :scratch_location';
COMMENT ON COLUMN location_test.day IS 'The newest day that was looked at (UTC)';
COMMENT ON COLUMN location_test.pass_id IS 'The newest pass of the stream then';
COMMENT ON COLUMN location_test.part_id IS 'Its part';
COMMENT ON COLUMN location_test.captured_at IS 'When it was captured (UTC)';
COMMENT ON COLUMN location_test.model_id IS 'The model that measured (model)';
COMMENT ON COLUMN location_test.p_value IS 'Probability of so strong a pattern where none changed';
COMMENT ON COLUMN location_test.level IS 'p value below which the test signals';
COMMENT ON COLUMN location_test.statistic IS 'Largest z over all regions and beginnings';
COMMENT ON COLUMN location_test.ratio IS 'Parts with the class in the region, observed / expected';
COMMENT ON COLUMN location_test.first_row IS 'Upper row of the region in an 8 × 8 grid, from 0';
COMMENT ON COLUMN location_test.last_row IS 'Lower row, included';
COMMENT ON COLUMN location_test.first_column IS 'Left column, from 0';
COMMENT ON COLUMN location_test.last_column IS 'Right column, included';
COMMENT ON COLUMN location_test.since IS 'First day of the changed pattern (UTC)';
COMMENT ON COLUMN location_test.words IS 'The region and how much more it has, in words';

CREATE TABLE model_figure_fit (
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    parts INTEGER NOT NULL,
    slopes DOUBLE[] NOT NULL,
    means DOUBLE[] NOT NULL
);
COMMENT ON TABLE model_figure_fit IS 'How the model''s own figures depend on the defects of a part, frozen from the first parts; charts show what is left';
COMMENT ON COLUMN model_figure_fit.line IS 'Production line';
COMMENT ON COLUMN model_figure_fit.station IS 'Station on the line';
COMMENT ON COLUMN model_figure_fit.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN model_figure_fit.family IS 'Part family';
COMMENT ON COLUMN model_figure_fit.model_id IS 'The model that measured (model)';
COMMENT ON COLUMN model_figure_fit.metric IS 'mean_confidence or entropy';
COMMENT ON COLUMN model_figure_fit.parts IS 'Parts that it was fitted to';
COMMENT ON COLUMN model_figure_fit.slopes IS 'Change of log10 of the figure (of 1 - mean_confidence) per % stained, % scratched, stain and scratch';
COMMENT ON COLUMN model_figure_fit.means IS 'Means of these four over the fitted parts';
