-- benchmarks/bench_monitor.sql: inspections number $first … $after - 1 of the streams $lowest … $highest of
-- 172, in turn: 20,000 a day.
CREATE OR REPLACE TEMP TABLE made AS
SELECT
    i,
    CAST(i % 172 AS INTEGER) AS stream_no,
    TIMESTAMPTZ '2022-01-01 00:00:00+00' + to_microseconds(CAST(i AS BIGINT) * 4320000)
        AS captured_at
FROM range($first, $after) AS numbers (i)
WHERE i % 172 BETWEEN $lowest AND $highest;
