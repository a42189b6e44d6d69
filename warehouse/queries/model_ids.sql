-- warehouse/queries/model_ids.sql: every model that measured anything here.
SELECT model_id FROM model ORDER BY model_id;
