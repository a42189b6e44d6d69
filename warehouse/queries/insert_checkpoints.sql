-- warehouse/queries/insert_checkpoints.sql: the rows of `incoming`.
INSERT INTO chart_checkpoint (
    characteristic_id, phase_id, number, reached_at, pass_id, valid_to, memory, side, run
)
SELECT
    characteristic_id,
    phase_id,
    number,
    reached_at,
    pass_id,
    valid_to,
    memory,
    side,
    CAST(CAST(run AS JSON) AS VARCHAR[])
FROM incoming;
