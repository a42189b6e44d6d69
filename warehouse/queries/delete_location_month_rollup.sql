-- warehouse/queries/delete_location_month_rollup.sql: removes the months and streams in `touched`.
DELETE FROM location_month_rollup
USING touched
WHERE
    location_month_rollup.month = date_trunc('month', CAST(touched.day AS DATE))
    AND location_month_rollup.line = touched.line
    AND location_month_rollup.station = touched.station
    AND location_month_rollup.tool = touched.tool
    AND location_month_rollup.family = touched.family;
