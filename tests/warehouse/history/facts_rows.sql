-- Rows of the tables that the first schema had; later ones fill what they added.
INSERT INTO ingest_run BY NAME
SELECT 1 AS run_id, TIMESTAMPTZ '2026-01-05 02:00:00+00' AS started_at, TIMESTAMPTZ '2026-01-05 02:10:00+00' AS finished_at,
    'schedule' AS trigger, repeat('a', 64) AS model_id, 20 AS seen, 20 AS measured, 0 AS quarantined, 0 AS ignored, 0 AS deferred, 0 AS known;
INSERT INTO model BY NAME
SELECT repeat('a', 64) AS model_id, 'fast' AS name, ['background', 'scratch', 'stain'] AS classes, [320, 320] AS input_size,
    '{"stain": 0.5}'::JSON AS thresholds, '{}'::JSON AS card, TIMESTAMPTZ '2026-01-05 02:00:00+00' AS first_used_at;
INSERT INTO arrival BY NAME
SELECT 'P' || i || '.png' AS path, 1 AS change_no, 'measured' AS outcome, '' AS reason, sha256('P' || i) AS sha256, 1000 + i AS size,
    1767000000000000000 + i AS mtime_ns, i AS inode, TIMESTAMPTZ '2026-01-05 02:00:00+00' AS first_seen_at, 1 AS run_id, '' AS detail
FROM range(20) AS r(i);
INSERT INTO image BY NAME
SELECT sha256('P' || i) AS image_id, 1 AS revision, 'pass-' || i AS pass_id, 'P' || i AS part_id, 'P' || i || '.png' AS path,
    'L1' AS line, 'S1' AS station, 'T1' AS tool, 'HS' AS family, TIMESTAMPTZ '2026-01-04 08:00:00+00' + to_hours(i) AS captured_at,
    'manifest' AS captured_at_source, 640 AS width, 480 AS height, 'png' AS image_format, repeat('a', 64) AS model_id, 1 AS run_id,
    100.5 + i AS brightness, 10.25 AS contrast, 50.125 AS focus, 0.98 AS mean_confidence, 0.95 AS background_share, 12.5 AS inference_ms
FROM range(20) AS r(i);
INSERT INTO defect BY NAME
SELECT sha256('P' || i) AS image_id, 1 AS revision, 1 AS defect_no, 'stain' AS defect_class, 81.5 AS contour_area, 100 AS pixel_count,
    10.0 AS circle_x, 20.0 AS circle_y, 7.0 AS circle_radius, 10.0 AS box_x, 20.0 AS box_y, 9.0 AS box_width, 9.0 AS box_height,
    0.0 AS box_angle, 9.0 AS length, 5 AS bounds_x, 15 AS bounds_y, 10 AS bounds_width, 10 AS bounds_height, 0.9 AS confidence,
    0.25 AS part_x, 0.75 AS part_y, TIMESTAMPTZ '2026-01-04 08:00:00+00' + to_hours(i) AS captured_at
FROM range(20) AS r(i);
INSERT INTO inspection BY NAME
SELECT 'pass-' || i AS pass_id, 1 AS revision, 'P' || i AS part_id, 'L1' AS line, 'S1' AS station, 'T1' AS tool, 'HS' AS family,
    TIMESTAMPTZ '2026-01-04 08:00:00+00' + to_hours(i) AS captured_at, repeat('a', 64) AS model_id, 1 AS run_id, 1 AS views_present,
    1 AS stain_count, 81.5 AS largest_stain_area_px, 7.0 AS largest_stain_radius_px, 10.0 AS largest_stain_x, 20.0 AS largest_stain_y,
    100.0 AS total_stain_area_px, 100 * 100.0 / 307200 AS total_stain_pct, 0 AS scratch_count, 0.0 AS longest_scratch_px,
    0.0 AS total_scratch_area_px, 0.0 AS total_scratch_pct, 307200 AS surface_px, ['stain_count'] AS failed_criteria
FROM range(20) AS r(i);
INSERT INTO signal BY NAME
SELECT repeat('b', 32) AS signal_id, 'L1/S1/T1/HS:stain_count' AS characteristic_id, 1 AS phase_id, 'beyond-limits' AS rule,
    'individuals' AS panel, 'pass-7' AS completing_pass_id, TIMESTAMPTZ '2026-01-04 15:00:00+00' AS completing_at, 1 AS evaluation_id,
    7.0 AS value, 1.0 AS center, ['pass-6', 'pass-7'] AS run_pass_ids, TIMESTAMPTZ '2026-01-05 02:10:00+00' AS evaluated_at;
