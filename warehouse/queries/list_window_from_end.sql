-- warehouse/queries/list_window_from_end.sql: the same, counted from the least bad, else oldest one; in the same order.
-- The narrow columns choose the rows; only the chosen ones are read whole.
WITH filtered AS (
    SELECT
        pass_id,
        revision,
        captured_at,
        CASE $order
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
        AND (
            $every
            OR (line = $line AND station = $station AND tool = $tool AND family = $family)
            OR ($several AND list_contains($streams, {
                'line': line, 'station': station, 'tool': tool, 'family': family
            }))
        )
        AND ($any_part OR contains(lower(part_id), $part_id))
        AND ($any_lot OR lot = $lot)
        AND ($any_result OR NOT passed)
        AND (
            $any_value
            OR (
                stain_count BETWEEN $low_stain_count AND $high_stain_count
                AND total_stain_pct BETWEEN $low_total_stain_pct AND $high_total_stain_pct
                AND largest_stain_area_px BETWEEN $low_largest_stain_area_px AND $high_largest_stain_area_px
                AND scratch_count BETWEEN $low_scratch_count AND $high_scratch_count
                AND longest_scratch_px BETWEEN $low_longest_scratch_px AND $high_longest_scratch_px
                AND total_scratch_pct BETWEEN $low_total_scratch_pct AND $high_total_scratch_pct
            )
        )
),

chosen AS (
    SELECT pass_id, revision, captured_at, worst
    FROM filtered
    WHERE worst BETWEEN $low AND $high
    ORDER BY worst ASC, captured_at ASC, pass_id DESC
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
