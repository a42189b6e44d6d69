-- warehouse/queries/snapshot_episode.sql: the journal's table `episode` from a JSON array of its rows.
INSERT INTO episode (
    episode_id,
    characteristic_id,
    rule_family,
    kind,
    state,
    opened_at,
    first_signal_at,
    last_signal_at,
    signals,
    closed_at,
    closed_reason,
    headline,
    muted_by,
    muted_reason,
    told,
    told_at,
    thread
)
SELECT
    entry.episode_id,
    entry.characteristic_id,
    entry.rule_family,
    entry.kind,
    entry.state,
    entry.opened_at,
    entry.first_signal_at,
    entry.last_signal_at,
    entry.signals,
    entry.closed_at,
    entry.closed_reason,
    entry.headline,
    entry.muted_by,
    entry.muted_reason,
    entry.told,
    entry.told_at,
    entry.thread
FROM (
    SELECT unnest(from_json(CAST($rows AS JSON), '[{
        "episode_id": "VARCHAR",
        "characteristic_id": "VARCHAR",
        "rule_family": "VARCHAR",
        "kind": "VARCHAR",
        "state": "VARCHAR",
        "opened_at": "TIMESTAMPTZ",
        "first_signal_at": "TIMESTAMPTZ",
        "last_signal_at": "TIMESTAMPTZ",
        "signals": "INTEGER",
        "closed_at": "TIMESTAMPTZ",
        "closed_reason": "VARCHAR",
        "headline": "VARCHAR",
        "muted_by": "VARCHAR",
        "muted_reason": "VARCHAR",
        "told": "VARCHAR",
        "told_at": "TIMESTAMPTZ",
        "thread": "VARCHAR"
    }]')) AS entry
);
