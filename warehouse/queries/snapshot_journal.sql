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
    state VARCHAR NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    first_signal_at TIMESTAMPTZ NOT NULL,
    last_signal_at TIMESTAMPTZ NOT NULL,
    signals INTEGER NOT NULL,
    closed_at TIMESTAMPTZ,
    headline VARCHAR NOT NULL
);
COMMENT ON TABLE episode IS 'Alert episodes: one per characteristic and family of rules at a time (copied at publication)';
COMMENT ON COLUMN episode.episode_id IS 'Id of the episode';
COMMENT ON COLUMN episode.characteristic_id IS 'The characteristic';
COMMENT ON COLUMN episode.rule_family IS 'The family of rules that signalled';
COMMENT ON COLUMN episode.state IS 'firing, acknowledged, investigating or resolved';
COMMENT ON COLUMN episode.opened_at IS 'When the alert was raised (UTC)';
COMMENT ON COLUMN episode.first_signal_at IS 'Capture of the part at its first signal (UTC)';
COMMENT ON COLUMN episode.last_signal_at IS 'Capture of the part at its last signal (UTC)';
COMMENT ON COLUMN episode.signals IS 'Signals joined to it';
COMMENT ON COLUMN episode.closed_at IS 'When it was resolved (UTC); empty while it is open';
COMMENT ON COLUMN episode.headline IS 'What happened, in words';

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
