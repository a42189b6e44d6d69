-- warehouse/queries/pareto_classes.sql: defects, and inspections with one, by class, captured in [$start, $end).
SELECT
    unnest(['stain', 'scratch']) AS label,
    unnest([sum(stain_count), sum(scratch_count)]) AS defects,
    unnest([
        count(*) FILTER (WHERE stain_count > 0 AND NOT passed),
        count(*) FILTER (WHERE scratch_count > 0 AND NOT passed)
    ]) AS failed,
    count(*) AS inspections
FROM latest_inspection
WHERE
    captured_at >= $start
    AND captured_at < $end
    AND ($every OR list_contains($streams, {
        'line': line, 'station': station, 'tool': tool, 'family': family
    }));
