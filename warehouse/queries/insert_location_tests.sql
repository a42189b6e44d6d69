-- warehouse/queries/insert_location_tests.sql: the rows of `incoming`.
INSERT INTO location_test (
    characteristic_id,
    day,
    pass_id,
    part_id,
    captured_at,
    model_id,
    p_value,
    level,
    statistic,
    ratio,
    first_row,
    last_row,
    first_column,
    last_column,
    since,
    words
)
SELECT
    characteristic_id,
    CAST(day AS DATE),
    pass_id,
    part_id,
    captured_at,
    model_id,
    p_value,
    level,
    statistic,
    ratio,
    first_row,
    last_row,
    first_column,
    last_column,
    CAST(since AS DATE),
    words
FROM incoming;
