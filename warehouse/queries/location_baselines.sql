-- warehouse/queries/location_baselines.sql: the frozen baselines of the tests of locations.
SELECT
    line,
    station,
    tool,
    family,
    model_id,
    defect_class,
    CAST(first_day AS VARCHAR),
    CAST(last_day AS VARCHAR),
    days,
    counts,
    level
FROM location_baseline
ORDER BY line, station, tool, family, model_id, defect_class;
