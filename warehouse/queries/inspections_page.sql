-- warehouse/queries/inspections_page.sql: one page of the inspections that pass the filters, in the order asked for.
-- The narrow columns choose the rows; only the chosen ones are read whole.
WITH chosen AS (
    SELECT
        pass_id,
        revision,
        captured_at,
        CASE $order
            WHEN 'oldest' THEN -epoch_us(captured_at)
            WHEN 'stain_count' THEN stain_count
            WHEN 'total_stain_pct' THEN total_stain_pct
            WHEN 'largest_stain_area_px' THEN largest_stain_area_px
            WHEN 'scratch_count' THEN scratch_count
            WHEN 'longest_scratch_px' THEN longest_scratch_px
            WHEN 'total_scratch_pct' THEN total_scratch_pct
            ELSE 0
        END AS worst
    FROM latest_inspection
    WHERE
        captured_at >= $start
        AND captured_at < $end
        AND ($every OR list_contains($streams, {
            'line': line, 'station': station, 'tool': tool, 'family': family
        }))
        AND ($any_part OR contains(lower(part_id), $part_id))
        AND ($any_lot OR lot = $lot)
        AND ($any_result OR NOT passed)
    ORDER BY worst DESC, captured_at DESC, pass_id
    LIMIT $limit
    OFFSET $offset
)

SELECT
    inspection.pass_id,
    inspection.revision,
    inspection.part_id,
    inspection.line,
    inspection.station,
    inspection.tool,
    inspection.family,
    inspection.lot,
    inspection.captured_at,
    inspection.model_id,
    inspection.run_id,
    inspection.views_expected,
    inspection.views_present,
    inspection.stain_count,
    inspection.largest_stain_area_px,
    inspection.largest_stain_radius_px,
    inspection.largest_stain_x,
    inspection.largest_stain_y,
    inspection.total_stain_area_px,
    inspection.total_stain_pct,
    inspection.scratch_count,
    inspection.longest_scratch_px,
    inspection.total_scratch_area_px,
    inspection.total_scratch_pct,
    inspection.largest_stain_area_mm2,
    inspection.longest_scratch_mm,
    inspection.total_stain_area_mm2,
    inspection.total_scratch_area_mm2,
    inspection.surface_px,
    inspection.passed,
    inspection.failed_criteria
FROM chosen
INNER JOIN inspection
    ON
        inspection.captured_at = chosen.captured_at
        AND inspection.pass_id = chosen.pass_id
        AND inspection.revision = chosen.revision
ORDER BY chosen.worst DESC, chosen.captured_at DESC, chosen.pass_id;
