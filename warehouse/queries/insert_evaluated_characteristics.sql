-- warehouse/queries/insert_evaluated_characteristics.sql: the rows of `incoming`.
INSERT INTO evaluated_characteristic (
    characteristic_id,
    spec_lower,
    spec_upper,
    tried_model,
    tried_from,
    tried_points,
    tried_until,
    refusal,
    drift
)
SELECT
    characteristic_id,
    spec_lower,
    spec_upper,
    tried_model,
    tried_from,
    tried_points,
    tried_until,
    refusal,
    drift
FROM incoming;
