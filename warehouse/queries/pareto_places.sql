-- warehouse/queries/pareto_places.sql: defects and failed inspections by $by (station, tool or lot), captured in [$start, $end).
SELECT
    CASE $by
        WHEN 'station' THEN line || ' / ' || station
        WHEN 'tool' THEN line || ' / ' || station || ' / ' || tool
        WHEN 'lot' THEN coalesce(lot, 'lot not known')
    END AS label,
    sum(stain_count + scratch_count) AS defects,
    count(*) FILTER (WHERE NOT passed) AS failed,
    count(*) AS inspections
FROM latest_inspection
WHERE
    captured_at >= $start
    AND captured_at < $end
    AND ($every OR list_contains($streams, {
        'line': line, 'station': station, 'tool': tool, 'family': family
    }))
GROUP BY label
ORDER BY label;
