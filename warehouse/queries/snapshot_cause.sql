-- warehouse/queries/snapshot_cause.sql: the journal's table `cause` from a JSON array of its rows.
INSERT INTO cause (
    signal_id,
    code,
    text,
    action,
    owner,
    due,
    created_by,
    created_at
)
SELECT
    entry.signal_id,
    entry.code,
    entry.text,
    entry.action,
    entry.owner,
    entry.due,
    entry.created_by,
    entry.created_at
FROM (
    SELECT unnest(from_json(CAST($rows AS JSON), '[{
        "signal_id": "VARCHAR",
        "code": "VARCHAR",
        "text": "VARCHAR",
        "action": "VARCHAR",
        "owner": "VARCHAR",
        "due": "DATE",
        "created_by": "VARCHAR",
        "created_at": "TIMESTAMPTZ"
    }]')) AS entry
);
