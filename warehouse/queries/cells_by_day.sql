-- warehouse/queries/cells_by_day.sql: parts and pixels by cell on the UTC days in [$first, $after), from the rollups:
-- whole months from theirs, the days before and after them from the daily one.
WITH chosen AS (
    SELECT DISTINCT line, station, tool, family
    FROM daily_rollup
    WHERE
        metric = 'stain_count'
        AND list_contains($streams, {
            'line': line, 'station': station, 'tool': tool, 'family': family
        })
),

cells AS NOT MATERIALIZED (
    SELECT line, station, tool, family, cell_row, cell_column, parts, area_px
    FROM location_month_rollup
    WHERE
        defect_class = $defect_class
        AND month >= $first
        AND month < date_trunc('month', CAST($after AS DATE))
    UNION ALL
    SELECT line, station, tool, family, cell_row, cell_column, parts, area_px
    FROM location_rollup
    WHERE
        defect_class = $defect_class
        AND day >= $first
        AND day < $after
        -- The first of the month on or after $first.
        AND day < date_trunc('month', CAST($first AS DATE) - 1) + INTERVAL 1 MONTH
    UNION ALL
    SELECT line, station, tool, family, cell_row, cell_column, parts, area_px
    FROM location_rollup
    WHERE
        defect_class = $defect_class
        AND day < $after
        AND day >= greatest(
            date_trunc('month', CAST($after AS DATE)),
            date_trunc('month', CAST($first AS DATE) - 1) + INTERVAL 1 MONTH
        )
),

-- One of the two has a false condition and is not run: comparing names takes longer than adding up.
counted AS (
    SELECT cell_row, cell_column, parts, area_px
    FROM cells
    WHERE $every
    UNION ALL
    SELECT cell_row, cell_column, parts, area_px
    FROM cells
    SEMI JOIN chosen USING (line, station, tool, family)
    WHERE NOT $every
)

SELECT cell_row, cell_column, sum(parts) AS parts, sum(area_px) AS area_px
FROM counted
GROUP BY cell_row, cell_column;
