-- warehouse/queries/snapshot_episode.sql: the journal's table `episode` from a JSON array of its rows.
INSERT INTO episode (
    episode_id,
    characteristic_id,
    rule_family,
    state,
    opened_at,
    first_signal_at,
    last_signal_at,
    signals,
    closed_at,
    headline
)
SELECT
    entry.episode_id,
    entry.characteristic_id,
    entry.rule_family,
    entry.state,
    entry.opened_at,
    entry.first_signal_at,
    entry.last_signal_at,
    entry.signals,
    entry.closed_at,
    entry.headline
FROM (
    SELECT unnest(from_json(CAST($rows AS JSON), '[{
        "episode_id": "VARCHAR",
        "characteristic_id": "VARCHAR",
        "rule_family": "VARCHAR",
        "state": "VARCHAR",
        "opened_at": "TIMESTAMPTZ",
        "first_signal_at": "TIMESTAMPTZ",
        "last_signal_at": "TIMESTAMPTZ",
        "signals": "INTEGER",
        "closed_at": "TIMESTAMPTZ",
        "headline": "VARCHAR"
    }]')) AS entry
);
