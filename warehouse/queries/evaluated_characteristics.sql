-- warehouse/queries/evaluated_characteristics.sql: every row, by characteristic.
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
FROM evaluated_characteristic
ORDER BY characteristic_id;
