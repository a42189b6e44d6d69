-- warehouse/queries/delete_daily_rollup.sql: removes the days and streams in `touched`.
DELETE FROM daily_rollup
USING touched
WHERE
    daily_rollup.day = CAST(touched.day AS DATE)
    AND daily_rollup.line = touched.line
    AND daily_rollup.station = touched.station
    AND daily_rollup.tool = touched.tool
    AND daily_rollup.family = touched.family;
