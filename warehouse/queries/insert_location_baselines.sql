-- warehouse/queries/insert_location_baselines.sql: the rows of `incoming`.
INSERT INTO location_baseline (
    line, station, tool, family, model_id, defect_class, first_day, last_day, days, counts, level
)
SELECT
    line,
    station,
    tool,
    family,
    model_id,
    defect_class,
    CAST(first_day AS DATE),
    CAST(last_day AS DATE),
    days,
    CAST(CAST(counts AS JSON) AS INTEGER[]),
    level
FROM incoming;
