-- warehouse/queries/snapshot_phase.sql: the journal's table `phase` from a JSON array of its rows.
INSERT INTO phase (
    phase_id,
    characteristic_id,
    model_id,
    status,
    valid_from,
    valid_to,
    first_pass_at,
    last_pass_at,
    phase,
    created_by,
    created_at,
    reason
)
SELECT
    entry.phase_id,
    entry.characteristic_id,
    entry.model_id,
    entry.status,
    entry.valid_from,
    entry.valid_to,
    entry.first_pass_at,
    entry.last_pass_at,
    entry.phase,
    entry.created_by,
    entry.created_at,
    entry.reason
FROM (
    SELECT unnest(from_json(CAST($rows AS JSON), '[{
        "phase_id": "INTEGER",
        "characteristic_id": "VARCHAR",
        "model_id": "VARCHAR",
        "status": "VARCHAR",
        "valid_from": "TIMESTAMPTZ",
        "valid_to": "TIMESTAMPTZ",
        "first_pass_at": "TIMESTAMPTZ",
        "last_pass_at": "TIMESTAMPTZ",
        "phase": "VARCHAR",
        "created_by": "VARCHAR",
        "created_at": "TIMESTAMPTZ",
        "reason": "VARCHAR"
    }]')) AS entry
);
