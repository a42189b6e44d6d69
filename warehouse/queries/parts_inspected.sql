-- warehouse/queries/parts_inspected.sql: inspections of the chosen streams captured in [$start, $end), latest revisions.
SELECT count(*)
FROM latest_inspection
WHERE
    captured_at >= $start
    AND captured_at < $end
    AND ($every OR list_contains($streams, {
        'line': line, 'station': station, 'tool': tool, 'family': family
    }));
