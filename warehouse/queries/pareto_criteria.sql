-- warehouse/queries/pareto_criteria.sql: failed inspections by the criterion they failed, captured in [$start, $end). One that
-- failed two counts in both. The words of a criterion begin with its metric.
WITH failed AS (
    SELECT unnest(failed_criteria) AS criterion
    FROM latest_inspection
    WHERE
        NOT passed
        AND captured_at >= $start
        AND captured_at < $end
        AND ($every OR list_contains($streams, {
            'line': line, 'station': station, 'tool': tool, 'family': family
        }))
)

SELECT
    split_part(criterion, ' ', 1) AS label,
    count(*) AS failed
FROM failed
GROUP BY label
ORDER BY label;
