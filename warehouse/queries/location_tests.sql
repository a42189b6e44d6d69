-- warehouse/queries/location_tests.sql: the newest $limit tests of one characteristic, oldest first.
SELECT
    characteristic_id,
    CAST(day AS VARCHAR),
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
    CAST(since AS VARCHAR),
    words
FROM (
    SELECT
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
    FROM location_test
    WHERE characteristic_id = $characteristic_id
    ORDER BY day DESC
    LIMIT $limit
)
ORDER BY day;
