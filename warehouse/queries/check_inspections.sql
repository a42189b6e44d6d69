-- warehouse/queries/check_inspections.sql: inspections (latest revision) whose numbers are not those of
-- their images and defects, one sentence each.
WITH defects AS (
    SELECT
        pass_id,
        count(*) FILTER (WHERE defect_class = 'stain') AS stain_count,
        count(*) FILTER (WHERE defect_class = 'scratch') AS scratch_count,
        coalesce(max(contour_area) FILTER (WHERE defect_class = 'stain'), 0) AS largest_stain_area_px,
        coalesce(max(length) FILTER (WHERE defect_class = 'scratch'), 0) AS longest_scratch_px,
        coalesce(sum(pixel_count) FILTER (WHERE defect_class = 'stain'), 0) AS total_stain_area_px,
        coalesce(sum(pixel_count) FILTER (WHERE defect_class = 'scratch'), 0) AS total_scratch_area_px
    FROM part_defect
    GROUP BY pass_id
),

views AS (
    SELECT
        pass_id,
        count(*) AS views_present,
        sum(CAST(width AS BIGINT) * height) AS surface_px
    FROM latest_image
    GROUP BY pass_id
),

compared AS (
    SELECT
        latest_inspection.pass_id,
        unnest([
            {'metric': 'views_present', 'said': CAST(latest_inspection.views_present AS DOUBLE), 'found': CAST(views.views_present AS DOUBLE)},
            {'metric': 'surface_px', 'said': latest_inspection.surface_px, 'found': views.surface_px},
            {'metric': 'stain_count', 'said': latest_inspection.stain_count, 'found': coalesce(defects.stain_count, 0)},
            {'metric': 'scratch_count', 'said': latest_inspection.scratch_count, 'found': coalesce(defects.scratch_count, 0)},
            {'metric': 'largest_stain_area_px', 'said': latest_inspection.largest_stain_area_px, 'found': coalesce(defects.largest_stain_area_px, 0)},
            {'metric': 'longest_scratch_px', 'said': latest_inspection.longest_scratch_px, 'found': coalesce(defects.longest_scratch_px, 0)},
            {'metric': 'total_stain_area_px', 'said': latest_inspection.total_stain_area_px, 'found': coalesce(defects.total_stain_area_px, 0)},
            {'metric': 'total_scratch_area_px', 'said': latest_inspection.total_scratch_area_px, 'found': coalesce(defects.total_scratch_area_px, 0)},
            {'metric': 'total_stain_pct', 'said': latest_inspection.total_stain_pct, 'found': 100 * coalesce(defects.total_stain_area_px, 0) / views.surface_px},
            {'metric': 'total_scratch_pct', 'said': latest_inspection.total_scratch_pct, 'found': 100 * coalesce(defects.total_scratch_area_px, 0) / views.surface_px}
        ]) AS number
    FROM latest_inspection
    INNER JOIN views ON views.pass_id = latest_inspection.pass_id
    LEFT JOIN defects ON defects.pass_id = latest_inspection.pass_id
)

SELECT 'inspection ' || pass_id || ' has ' || number.metric || ' ' || number.said
    || ', its images and defects give ' || number.found AS finding
FROM compared
WHERE abs(number.said - number.found) > 1e-9 * greatest(1, abs(number.said))
ORDER BY pass_id;
