-- warehouse/queries/shadow_pairs.sql: what $model_id measured in shadow on a stream, beside the numbers it is compared
-- with, oldest first.
SELECT
    shadow_inspection.pass_id,
    epoch_us(shadow_inspection.captured_at) AS captured_us,
    inspection.model_id AS model_before,
    shadow_inspection.stain_count AS stain_count,
    inspection.stain_count AS stain_count_before,
    shadow_inspection.total_stain_pct AS total_stain_pct,
    inspection.total_stain_pct AS total_stain_pct_before,
    shadow_inspection.largest_stain_area_px AS largest_stain_area_px,
    inspection.largest_stain_area_px AS largest_stain_area_px_before,
    shadow_inspection.scratch_count AS scratch_count,
    inspection.scratch_count AS scratch_count_before,
    shadow_inspection.longest_scratch_px AS longest_scratch_px,
    inspection.longest_scratch_px AS longest_scratch_px_before,
    shadow_inspection.total_scratch_pct AS total_scratch_pct,
    inspection.total_scratch_pct AS total_scratch_pct_before,
    shadow_inspection.passed AS passed,
    shadow_inspection.passed_before AS passed_before
FROM shadow_inspection
INNER JOIN inspection
    ON
        inspection.pass_id = shadow_inspection.pass_id
        AND inspection.revision = shadow_inspection.beside_revision
WHERE
    shadow_inspection.model_id = $model_id
    AND inspection.line = $line
    AND inspection.station = $station
    AND inspection.tool = $tool
    AND inspection.family = $family
QUALIFY row_number() OVER (
    PARTITION BY shadow_inspection.pass_id ORDER BY shadow_inspection.beside_revision DESC
) = 1
ORDER BY shadow_inspection.captured_at, shadow_inspection.pass_id;
