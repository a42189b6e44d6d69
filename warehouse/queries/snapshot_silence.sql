-- warehouse/queries/snapshot_silence.sql: the journal's table `silence` from a JSON array of its rows.
INSERT INTO silence (
    silence_id,
    line,
    station,
    tool,
    family,
    metric,
    rule_family,
    starts_at,
    ends_at,
    reason,
    created_by,
    created_at,
    ended_at,
    ended_by
)
SELECT
    entry.silence_id,
    entry.line,
    entry.station,
    entry.tool,
    entry.family,
    entry.metric,
    entry.rule_family,
    entry.starts_at,
    entry.ends_at,
    entry.reason,
    entry.created_by,
    entry.created_at,
    entry.ended_at,
    entry.ended_by
FROM (
    SELECT unnest(from_json(CAST($rows AS JSON), '[{
        "silence_id": "INTEGER",
        "line": "VARCHAR",
        "station": "VARCHAR",
        "tool": "VARCHAR",
        "family": "VARCHAR",
        "metric": "VARCHAR",
        "rule_family": "VARCHAR",
        "starts_at": "TIMESTAMPTZ",
        "ends_at": "TIMESTAMPTZ",
        "reason": "VARCHAR",
        "created_by": "VARCHAR",
        "created_at": "TIMESTAMPTZ",
        "ended_at": "TIMESTAMPTZ",
        "ended_by": "VARCHAR"
    }]')) AS entry
);
