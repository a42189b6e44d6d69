-- warehouse/queries/cells_of_days.sql: parts by cell on each day from $first on, of the streams in `wanted`.
SELECT
    location_rollup.line,
    location_rollup.station,
    location_rollup.tool,
    location_rollup.family,
    location_rollup.model_id,
    location_rollup.defect_class,
    location_rollup.day,
    list(32 * location_rollup.cell_row + location_rollup.cell_column) AS cells,
    list(location_rollup.parts) AS parts
FROM location_rollup
INNER JOIN wanted
    ON
        wanted.line = location_rollup.line
        AND wanted.station = location_rollup.station
        AND wanted.tool = location_rollup.tool
        AND wanted.family = location_rollup.family
WHERE location_rollup.day >= $first
GROUP BY ALL;
