-- warehouse/queries/insert_models.sql: the rows of `incoming` whose key is not stored yet; returns
-- the keys that were new.
INSERT INTO model (
    model_id,
    name,
    classes,
    input_size,
    thresholds,
    card,
    first_used_at
)
SELECT
    incoming.model_id,
    incoming.name,
    CAST(CAST(incoming.classes AS JSON) AS VARCHAR[]),
    CAST(CAST(incoming.input_size AS JSON) AS INTEGER[]),
    CAST(incoming.thresholds AS JSON),
    CAST(incoming.card AS JSON),
    incoming.first_used_at
FROM incoming
ANTI JOIN model ON model.model_id = incoming.model_id
RETURNING model_id;
