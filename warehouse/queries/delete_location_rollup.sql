-- warehouse/queries/delete_location_rollup.sql: removes the days and streams in `touched`.
DELETE FROM location_rollup
USING touched
WHERE
    location_rollup.day = CAST(touched.day AS DATE)
    AND location_rollup.line = touched.line
    AND location_rollup.station = touched.station
    AND location_rollup.tool = touched.tool
    AND location_rollup.family = touched.family;
