-- warehouse/queries/snapshot_journal.sql: the journal's tables that a snapshot may show. Never users,
-- sessions, outbox, scheduler or audit.
CREATE TABLE characteristic (
    characteristic_id VARCHAR PRIMARY KEY,
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    chart VARCHAR,
    rules VARCHAR NOT NULL,
    spec_lower DOUBLE,
    spec_upper DOUBLE,
    unit VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL
);
COMMENT ON TABLE characteristic IS 'A metric on a stream, with its chart, rules and specification limits (copied at publication)';
COMMENT ON COLUMN characteristic.characteristic_id IS 'line/station/tool/family:metric';
COMMENT ON COLUMN characteristic.line IS 'Production line';
COMMENT ON COLUMN characteristic.station IS 'Station on the line';
COMMENT ON COLUMN characteristic.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN characteristic.family IS 'Part family';
COMMENT ON COLUMN characteristic.metric IS 'Column of inspection';
COMMENT ON COLUMN characteristic.chart IS 'Kind of chart; empty when the data choose';
COMMENT ON COLUMN characteristic.rules IS 'Set of run rules';
COMMENT ON COLUMN characteristic.spec_lower IS 'Lower specification limit, in unit; empty when there is none';
COMMENT ON COLUMN characteristic.spec_upper IS 'Upper specification limit, in unit; empty when there is none';
COMMENT ON COLUMN characteristic.unit IS 'Unit of the metric';
COMMENT ON COLUMN characteristic.enabled IS 'Whether it is evaluated';

CREATE TABLE phase (
    phase_id INTEGER PRIMARY KEY,
    characteristic_id VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_to TIMESTAMPTZ,
    first_pass_at TIMESTAMPTZ NOT NULL,
    last_pass_at TIMESTAMPTZ NOT NULL,
    phase JSON NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE phase IS 'Frozen control limits of a characteristic and where they are from (copied at publication)';
COMMENT ON COLUMN phase.phase_id IS 'Number of the phase';
COMMENT ON COLUMN phase.characteristic_id IS 'The characteristic';
COMMENT ON COLUMN phase.model_id IS 'The model whose measurements it is for (model)';
COMMENT ON COLUMN phase.status IS 'proposed, active or retired';
COMMENT ON COLUMN phase.valid_from IS 'In force for parts captured from here (UTC)';
COMMENT ON COLUMN phase.valid_to IS 'In force until here, exclusive (UTC); empty while it is in force';
COMMENT ON COLUMN phase.first_pass_at IS 'First part of its baseline (UTC)';
COMMENT ON COLUMN phase.last_pass_at IS 'Last part of its baseline (UTC)';
COMMENT ON COLUMN phase.phase IS 'Chart, law, parameters, limits, numbers of points, exclusions (JSON)';
COMMENT ON COLUMN phase.created_by IS 'Who froze it';
COMMENT ON COLUMN phase.created_at IS 'When (UTC)';
COMMENT ON COLUMN phase.reason IS 'Why';

CREATE TABLE episode (
    episode_id VARCHAR PRIMARY KEY,
    characteristic_id VARCHAR NOT NULL,
    rule_family VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    first_signal_at TIMESTAMPTZ NOT NULL,
    last_signal_at TIMESTAMPTZ NOT NULL,
    signals INTEGER NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_reason VARCHAR NOT NULL,
    headline VARCHAR NOT NULL,
    muted_by VARCHAR,
    muted_reason VARCHAR NOT NULL,
    told VARCHAR NOT NULL,
    told_at TIMESTAMPTZ,
    thread VARCHAR
);
COMMENT ON TABLE episode IS 'Alert episodes: one per characteristic and family of rules at a time (copied at publication)';
COMMENT ON COLUMN episode.episode_id IS 'Id of the episode';
COMMENT ON COLUMN episode.characteristic_id IS 'The characteristic';
COMMENT ON COLUMN episode.rule_family IS 'The family of rules that signalled';
COMMENT ON COLUMN episode.kind IS 'process, or camera where the inspection itself is in question';
COMMENT ON COLUMN episode.state IS 'pending, firing, acknowledged, investigating or resolved';
COMMENT ON COLUMN episode.opened_at IS 'When the alert was raised (UTC)';
COMMENT ON COLUMN episode.first_signal_at IS 'Capture of the part at its first signal (UTC)';
COMMENT ON COLUMN episode.last_signal_at IS 'Capture of the part at its last signal (UTC)';
COMMENT ON COLUMN episode.signals IS 'Signals joined to it';
COMMENT ON COLUMN episode.closed_at IS 'When it was resolved (UTC); empty while it is open';
COMMENT ON COLUMN episode.closed_reason IS 'Why it was resolved; empty while it is open';
COMMENT ON COLUMN episode.headline IS 'What happened, in words';
COMMENT ON COLUMN episode.muted_by IS 'The silence, or the camera episode that explains it, which keeps it from being mailed; empty for none';
COMMENT ON COLUMN episode.muted_reason IS 'Why it is muted, in words';
COMMENT ON COLUMN episode.told IS 'What the last mail said of it: nothing, firing or resolved';
COMMENT ON COLUMN episode.told_at IS 'When that mail was written (UTC)';
COMMENT ON COLUMN episode.thread IS 'Message-ID of its first mail';

CREATE TABLE silence (
    silence_id INTEGER PRIMARY KEY,
    line VARCHAR,
    station VARCHAR,
    tool VARCHAR,
    family VARCHAR,
    metric VARCHAR,
    rule_family VARCHAR,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by VARCHAR
);
COMMENT ON TABLE silence IS 'Times in which alerts of a scope are not mailed (copied at publication)';
COMMENT ON COLUMN silence.silence_id IS 'Number of the silence';
COMMENT ON COLUMN silence.line IS 'Line it covers; empty for any';
COMMENT ON COLUMN silence.station IS 'Station it covers; empty for any';
COMMENT ON COLUMN silence.tool IS 'Tool it covers; empty for any';
COMMENT ON COLUMN silence.family IS 'Part family it covers; empty for any';
COMMENT ON COLUMN silence.metric IS 'Metric it covers; empty for any';
COMMENT ON COLUMN silence.rule_family IS 'Family of rules it covers; empty for any';
COMMENT ON COLUMN silence.starts_at IS 'From here (UTC)';
COMMENT ON COLUMN silence.ends_at IS 'Until here, exclusive (UTC)';
COMMENT ON COLUMN silence.reason IS 'Why';
COMMENT ON COLUMN silence.created_by IS 'Who silenced';
COMMENT ON COLUMN silence.created_at IS 'When (UTC)';
COMMENT ON COLUMN silence.ended_at IS 'When somebody ended it before its time (UTC); empty otherwise';
COMMENT ON COLUMN silence.ended_by IS 'Who ended it';

CREATE TABLE signal_handled (
    signal_id VARCHAR PRIMARY KEY,
    characteristic_id VARCHAR NOT NULL,
    rule_family VARCHAR NOT NULL,
    completing_at TIMESTAMPTZ NOT NULL,
    handled_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    episode_id VARCHAR,
    withdrawn_at TIMESTAMPTZ
);
COMMENT ON TABLE signal_handled IS 'Signals that alerting has dealt with, each once (copied at publication)';
COMMENT ON COLUMN signal_handled.signal_id IS 'The signal (signal)';
COMMENT ON COLUMN signal_handled.characteristic_id IS 'The characteristic';
COMMENT ON COLUMN signal_handled.rule_family IS 'The family of its rule';
COMMENT ON COLUMN signal_handled.completing_at IS 'Capture of the part that completed it (UTC)';
COMMENT ON COLUMN signal_handled.handled_at IS 'When it was dealt with (UTC)';
COMMENT ON COLUMN signal_handled.outcome IS 'opened or joined an episode, or late';
COMMENT ON COLUMN signal_handled.episode_id IS 'The episode (episode); empty for late ones without an open episode';
COMMENT ON COLUMN signal_handled.withdrawn_at IS 'When it turned out not to hold any more (UTC); empty while it holds';

CREATE TABLE cause (
    signal_id VARCHAR PRIMARY KEY,
    code VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    due DATE,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE cause IS 'What people found behind a signal (copied at publication)';
COMMENT ON COLUMN cause.signal_id IS 'The signal (signal)';
COMMENT ON COLUMN cause.code IS 'Cause code';
COMMENT ON COLUMN cause.text IS 'The cause in words';
COMMENT ON COLUMN cause.action IS 'What is done about it';
COMMENT ON COLUMN cause.owner IS 'Who does it';
COMMENT ON COLUMN cause.due IS 'By when';
COMMENT ON COLUMN cause.created_by IS 'Who wrote it';
COMMENT ON COLUMN cause.created_at IS 'When (UTC)';

CREATE TABLE review (
    review_id INTEGER PRIMARY KEY,
    image_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    model_id VARCHAR NOT NULL,
    pass_id VARCHAR NOT NULL,
    line VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    captured_at TIMESTAMPTZ NOT NULL,
    defect_no INTEGER,
    missed_no INTEGER,
    defect_class VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    box_x INTEGER,
    box_y INTEGER,
    box_width INTEGER,
    box_height INTEGER,
    remark VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE review IS 'What reviewers said of defects, every verdict in the order given; see latest_review for those that count (copied at publication)';
COMMENT ON COLUMN review.review_id IS 'Number of the verdict: a later one has a higher number';
COMMENT ON COLUMN review.image_id IS 'The image (image)';
COMMENT ON COLUMN review.revision IS 'The measurement of that image it is about';
COMMENT ON COLUMN review.model_id IS 'The model that made that measurement (model)';
COMMENT ON COLUMN review.pass_id IS 'The pass (inspection)';
COMMENT ON COLUMN review.line IS 'Production line';
COMMENT ON COLUMN review.station IS 'Station on the line';
COMMENT ON COLUMN review.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN review.family IS 'Part family';
COMMENT ON COLUMN review.captured_at IS 'When the image was captured (UTC)';
COMMENT ON COLUMN review.defect_no IS 'The defect (defect); empty for one that the model missed';
COMMENT ON COLUMN review.missed_no IS 'Counts the missed defects of one measurement, from 1; empty for a defect of the model';
COMMENT ON COLUMN review.defect_class IS 'scratch or stain: as the model found it, or as the reviewer saw a missed one';
COMMENT ON COLUMN review.verdict IS 'agree, false call, missed, or withdrawn: the one before was taken back';
COMMENT ON COLUMN review.box_x IS 'Left edge of the box drawn around a missed defect, px; empty otherwise';
COMMENT ON COLUMN review.box_y IS 'Upper edge of that box, px; empty otherwise';
COMMENT ON COLUMN review.box_width IS 'Width of that box, px; empty otherwise';
COMMENT ON COLUMN review.box_height IS 'Height of that box, px; empty otherwise';
COMMENT ON COLUMN review.remark IS 'Why, in words; may be empty';
COMMENT ON COLUMN review.created_by IS 'Who reviewed';
COMMENT ON COLUMN review.created_at IS 'When (UTC)';

CREATE VIEW latest_review AS
SELECT
    review_id,
    image_id,
    revision,
    model_id,
    pass_id,
    line,
    station,
    tool,
    family,
    captured_at,
    defect_no,
    missed_no,
    defect_class,
    verdict,
    box_x,
    box_y,
    box_width,
    box_height,
    remark,
    created_by,
    created_at
FROM review
QUALIFY row_number() OVER (
    PARTITION BY image_id, revision, defect_no, missed_no ORDER BY review_id DESC
) = 1
AND verdict <> 'withdrawn';
COMMENT ON VIEW latest_review IS 'The verdict that counts on every reviewed defect';
COMMENT ON COLUMN latest_review.review_id IS 'Number of the verdict';
COMMENT ON COLUMN latest_review.image_id IS 'The image (image)';
COMMENT ON COLUMN latest_review.revision IS 'The measurement of that image it is about';
COMMENT ON COLUMN latest_review.model_id IS 'The model that made that measurement (model)';
COMMENT ON COLUMN latest_review.pass_id IS 'The pass (inspection)';
COMMENT ON COLUMN latest_review.line IS 'Production line';
COMMENT ON COLUMN latest_review.station IS 'Station on the line';
COMMENT ON COLUMN latest_review.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN latest_review.family IS 'Part family';
COMMENT ON COLUMN latest_review.captured_at IS 'When the image was captured (UTC)';
COMMENT ON COLUMN latest_review.defect_no IS 'The defect (defect); empty for one that the model missed';
COMMENT ON COLUMN latest_review.missed_no IS 'Counts the missed defects of one measurement, from 1; empty for a defect of the model';
COMMENT ON COLUMN latest_review.defect_class IS 'scratch or stain: as the model found it, or as the reviewer saw a missed one';
COMMENT ON COLUMN latest_review.verdict IS 'agree, false call or missed';
COMMENT ON COLUMN latest_review.box_x IS 'Left edge of the box drawn around a missed defect, px; empty otherwise';
COMMENT ON COLUMN latest_review.box_y IS 'Upper edge of that box, px; empty otherwise';
COMMENT ON COLUMN latest_review.box_width IS 'Width of that box, px; empty otherwise';
COMMENT ON COLUMN latest_review.box_height IS 'Height of that box, px; empty otherwise';
COMMENT ON COLUMN latest_review.remark IS 'Why, in words; may be empty';
COMMENT ON COLUMN latest_review.created_by IS 'Who reviewed';
COMMENT ON COLUMN latest_review.created_at IS 'When (UTC)';

CREATE VIEW false_call_rate AS
SELECT
    CAST(captured_at AT TIME ZONE 'UTC' AS DATE) AS day,
    line,
    station,
    tool,
    family,
    model_id,
    count(*) FILTER (WHERE verdict <> 'missed') AS reviewed,
    count(*) FILTER (WHERE verdict = 'false call') AS false_calls,
    count(*) FILTER (WHERE verdict = 'missed') AS missed,
    false_calls / nullif(reviewed, 0) AS rate
FROM latest_review
GROUP BY day, line, station, tool, family, model_id;
COMMENT ON VIEW false_call_rate IS 'Reviewed defects and false calls by UTC day of capture, stream and model; over a longer time add up both, then divide';
COMMENT ON COLUMN false_call_rate.day IS 'Day of capture in UTC';
COMMENT ON COLUMN false_call_rate.line IS 'Production line';
COMMENT ON COLUMN false_call_rate.station IS 'Station on the line';
COMMENT ON COLUMN false_call_rate.tool IS 'Tool or camera at the station';
COMMENT ON COLUMN false_call_rate.family IS 'Part family';
COMMENT ON COLUMN false_call_rate.model_id IS 'The model that found the defects (model)';
COMMENT ON COLUMN false_call_rate.reviewed IS 'Defects of the model with a verdict';
COMMENT ON COLUMN false_call_rate.false_calls IS 'Those of them that a reviewer called false';
COMMENT ON COLUMN false_call_rate.missed IS 'Defects that reviewers drew because the model missed them';
COMMENT ON COLUMN false_call_rate.rate IS 'false_calls / reviewed, 0..1; empty without a reviewed defect';
