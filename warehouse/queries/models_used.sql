-- warehouse/queries/models_used.sql: the model of every current measurement, from the small tables.
SELECT model_id FROM model
UNION
SELECT model_id FROM daily_rollup
ORDER BY model_id;
