-- warehouse/queries/insert_shadow.sql: the rows of `incoming` whose key is not stored yet; returns
-- the keys that were new.
INSERT INTO shadow_inspection (
    model_id,
    pass_id,
    beside_revision,
    captured_at,
    measured_at,
    stain_count,
    total_stain_pct,
    largest_stain_area_px,
    scratch_count,
    longest_scratch_px,
    total_scratch_pct,
    passed,
    passed_before
)
SELECT
    incoming.model_id,
    incoming.pass_id,
    incoming.beside_revision,
    incoming.captured_at,
    incoming.measured_at,
    incoming.stain_count,
    incoming.total_stain_pct,
    incoming.largest_stain_area_px,
    incoming.scratch_count,
    incoming.longest_scratch_px,
    incoming.total_scratch_pct,
    incoming.passed,
    incoming.passed_before
FROM incoming
ANTI JOIN shadow_inspection ON shadow_inspection.model_id = incoming.model_id
    AND shadow_inspection.pass_id = incoming.pass_id
    AND shadow_inspection.beside_revision = incoming.beside_revision
RETURNING pass_id;
