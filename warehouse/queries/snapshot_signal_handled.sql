-- warehouse/queries/snapshot_signal_handled.sql: the journal's table `signal_handled` from a JSON array of its rows.
INSERT INTO signal_handled (
    signal_id,
    characteristic_id,
    rule_family,
    completing_at,
    handled_at,
    outcome,
    episode_id,
    withdrawn_at
)
SELECT
    entry.signal_id,
    entry.characteristic_id,
    entry.rule_family,
    entry.completing_at,
    entry.handled_at,
    entry.outcome,
    entry.episode_id,
    entry.withdrawn_at
FROM (
    SELECT unnest(from_json(CAST($rows AS JSON), '[{
        "signal_id": "VARCHAR",
        "characteristic_id": "VARCHAR",
        "rule_family": "VARCHAR",
        "completing_at": "TIMESTAMPTZ",
        "handled_at": "TIMESTAMPTZ",
        "outcome": "VARCHAR",
        "episode_id": "VARCHAR",
        "withdrawn_at": "TIMESTAMPTZ"
    }]')) AS entry
);
