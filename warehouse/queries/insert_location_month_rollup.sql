-- warehouse/queries/insert_location_month_rollup.sql: sums the days of the months and streams in
-- `touched`, all of which lie in [$first, $after), from location_rollup.
INSERT INTO location_month_rollup (
    month, line, station, tool, family, model_id,
    defect_class, cell_row, cell_column, parts, area_px
)
WITH months AS (
    SELECT DISTINCT
        CAST(date_trunc('month', CAST(day AS DATE)) AS DATE) AS month,
        line,
        station,
        tool,
        family
    FROM touched
)

SELECT
    months.month,
    location_rollup.line,
    location_rollup.station,
    location_rollup.tool,
    location_rollup.family,
    location_rollup.model_id,
    location_rollup.defect_class,
    location_rollup.cell_row,
    location_rollup.cell_column,
    sum(location_rollup.parts) AS parts,
    sum(location_rollup.area_px) AS area_px
FROM location_rollup
INNER JOIN months
    ON
        date_trunc('month', location_rollup.day) = months.month
        AND location_rollup.line = months.line
        AND location_rollup.station = months.station
        AND location_rollup.tool = months.tool
        AND location_rollup.family = months.family
WHERE
    location_rollup.day >= CAST(date_trunc('month', $first AT TIME ZONE 'UTC') AS DATE)
    AND location_rollup.day < CAST(
        date_trunc('month', $after AT TIME ZONE 'UTC') + INTERVAL 1 MONTH AS DATE
    )
GROUP BY ALL;
