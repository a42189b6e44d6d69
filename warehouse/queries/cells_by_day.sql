-- warehouse/queries/cells_by_day.sql: parts and pixels by cell on the UTC days in [$first, $after), from the rollup.
SELECT cell_row, cell_column, sum(parts) AS parts, sum(area_px) AS area_px
FROM location_rollup
WHERE
    defect_class = $defect_class
    AND day >= $first
    AND day < $after
    AND ($every OR list_contains($streams, {
        'line': line, 'station': station, 'tool': tool, 'family': family
    }))
GROUP BY cell_row, cell_column;
