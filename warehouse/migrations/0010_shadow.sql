-- What a model that is not in use measured on parts that have their numbers already. A table of its
-- own, as everything else reads the newest revision: charts, rollups and views must not see it.

CREATE TABLE shadow_inspection (
    model_id VARCHAR NOT NULL,
    pass_id VARCHAR NOT NULL,
    beside_revision INTEGER NOT NULL CHECK (beside_revision >= 1),
    captured_at TIMESTAMPTZ NOT NULL,
    measured_at TIMESTAMPTZ NOT NULL,
    stain_count BIGINT NOT NULL CHECK (stain_count >= 0),
    total_stain_pct DOUBLE NOT NULL CHECK (total_stain_pct BETWEEN 0 AND 100),
    largest_stain_area_px DOUBLE NOT NULL CHECK (largest_stain_area_px >= 0),
    scratch_count BIGINT NOT NULL CHECK (scratch_count >= 0),
    longest_scratch_px DOUBLE NOT NULL CHECK (longest_scratch_px >= 0),
    total_scratch_pct DOUBLE NOT NULL CHECK (total_scratch_pct BETWEEN 0 AND 100),
    passed BOOLEAN,
    passed_before BOOLEAN,
    PRIMARY KEY (model_id, pass_id, beside_revision)
);
COMMENT ON TABLE shadow_inspection IS 'What a model that is not in use would have measured: one row per model and pass; no chart and no view reads it';
COMMENT ON COLUMN shadow_inspection.model_id IS 'The model in shadow: SHA-256 of its file';
COMMENT ON COLUMN shadow_inspection.pass_id IS 'The pass (inspection)';
COMMENT ON COLUMN shadow_inspection.beside_revision IS 'The revision of the inspection it is compared with: the newest by another model';
COMMENT ON COLUMN shadow_inspection.captured_at IS 'When the first view of the pass was captured (UTC)';
COMMENT ON COLUMN shadow_inspection.measured_at IS 'When the model measured it in shadow (UTC)';
COMMENT ON COLUMN shadow_inspection.stain_count IS 'Number of stains';
COMMENT ON COLUMN shadow_inspection.total_stain_pct IS '100 × stained pixels / all pixels of the surface, %';
COMMENT ON COLUMN shadow_inspection.largest_stain_area_px IS 'Area inside the outline of the largest stain, px²';
COMMENT ON COLUMN shadow_inspection.scratch_count IS 'Number of scratches';
COMMENT ON COLUMN shadow_inspection.longest_scratch_px IS 'Length of the longest scratch, px';
COMMENT ON COLUMN shadow_inspection.total_scratch_pct IS '100 × scratched pixels / all pixels of the surface, %';
COMMENT ON COLUMN shadow_inspection.passed IS 'Whether these numbers meet the specification limits of the settings; empty without limits';
COMMENT ON COLUMN shadow_inspection.passed_before IS 'Whether the numbers it is compared with meet the same limits; empty without limits';
