-- warehouse/queries/list_count.sql: how many inspections pass the filters.
SELECT count(*)
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
    );
