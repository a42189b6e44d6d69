-- warehouse/queries/count_inspections.sql: how many inspections pass the filters.
SELECT count(*)
FROM latest_inspection
WHERE
    captured_at >= $start
    AND captured_at < $end
    AND ($every OR list_contains($streams, {
        'line': line, 'station': station, 'tool': tool, 'family': family
    }))
    AND ($any_part OR contains(lower(part_id), $part_id))
    AND ($any_lot OR lot = $lot)
    AND ($any_result OR NOT passed);
