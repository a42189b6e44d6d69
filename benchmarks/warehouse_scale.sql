-- benchmarks/warehouse_scale.sql: the inspections `first` to before `after` of `parts` over `days` days on 8 streams, one
-- image each with 5 defects, in the order of capture, as nightly runs would have left them.
-- Views of a range keep its order; sorting ten million rows would take most of the time.
CREATE OR REPLACE TEMP MACRO captured(i) AS
TIMESTAMPTZ '2024-01-01 00:00:00+00'
+ to_microseconds(CAST(i * (getvariable('days') * 86400e6 / getvariable('parts')) AS BIGINT));

INSERT OR IGNORE INTO model VALUES (
    repeat('a', 64), 'fast', ['background', 'scratch', 'stain'], [320, 320],
    '{"scratch": 0.4, "stain": 0.5}', '{}', TIMESTAMPTZ '2024-01-01 00:00:00+00'
);

INSERT INTO inspection BY NAME
SELECT
    'P' || lpad(CAST(i AS VARCHAR), 8, '0') || '@' || (stream_no % 2) AS pass_id,
    1 AS revision,
    'P' || lpad(CAST(i AS VARCHAR), 8, '0') AS part_id,
    'L' || (stream_no // 4) AS line,
    'station ' || (stream_no // 2 % 2) AS station,
    'T' || (stream_no % 2) AS tool,
    'HS-40' AS family,
    'LOT' || (i // 500) AS lot,
    captured_at,
    repeat('a', 64) AS model_id,
    1 + i // 5000 AS run_id,
    1 AS views_expected,
    1 AS views_present,
    CAST(hash(i) % 7 AS INTEGER) AS stain_count,
    CAST(hash(i, 1) % 90000 AS DOUBLE) / 100 AS largest_stain_area_px,
    12.5 AS largest_stain_radius_px,
    CAST(hash(i, 2) % 32000 AS DOUBLE) / 100 AS largest_stain_x,
    CAST(hash(i, 3) % 32000 AS DOUBLE) / 100 AS largest_stain_y,
    CAST(hash(i, 4) % 190000 AS DOUBLE) / 100 AS total_stain_area_px,
    CAST(hash(i, 4) % 190000 AS DOUBLE) / 102400 AS total_stain_pct,
    CAST(hash(i, 5) % 4 AS INTEGER) AS scratch_count,
    CAST(hash(i, 6) % 9000 AS DOUBLE) / 100 AS longest_scratch_px,
    CAST(hash(i, 7) % 20000 AS DOUBLE) / 100 AS total_scratch_area_px,
    CAST(hash(i, 7) % 20000 AS DOUBLE) / 102400 AS total_scratch_pct,
    102400 AS surface_px,
    hash(i, 8) % 40 > 0 AS passed,
    CAST([] AS VARCHAR[]) AS failed_criteria
FROM (SELECT range AS i, range % 8 AS stream_no, captured(range) AS captured_at FROM range(getvariable('first'), getvariable('after')));

INSERT INTO image BY NAME
SELECT
    sha256(CAST(i AS VARCHAR)) AS image_id,
    1 AS revision,
    'P' || lpad(CAST(i AS VARCHAR), 8, '0') || '@' || (stream_no % 2) AS pass_id,
    'P' || lpad(CAST(i AS VARCHAR), 8, '0') AS part_id,
    'P' || lpad(CAST(i AS VARCHAR), 8, '0') || '.png' AS path,
    'L' || (stream_no // 4) AS line,
    'station ' || (stream_no // 2 % 2) AS station,
    'T' || (stream_no % 2) AS tool,
    'HS-40' AS family,
    'LOT' || (i // 500) AS lot,
    captured_at,
    'manifest' AS captured_at_source,
    320 AS width,
    320 AS height,
    'PNG' AS image_format,
    repeat('a', 64) AS model_id,
    1 + i // 5000 AS run_id,
    100 + CAST(hash(i, 9) % 5000 AS DOUBLE) / 100 AS brightness,
    10 + CAST(hash(i, 10) % 900 AS DOUBLE) / 100 AS contrast,
    50 + CAST(hash(i, 11) % 9000 AS DOUBLE) / 100 AS focus,
    0.9 + CAST(hash(i, 12) % 1000 AS DOUBLE) / 10000 AS mean_confidence,
    0.9 + CAST(hash(i, 13) % 1000 AS DOUBLE) / 10000 AS background_share,
    CAST(hash(i, 14) % 1000 AS DOUBLE) / 10000 AS entropy,
    20 + CAST(hash(i, 15) % 1000 AS DOUBLE) / 100 AS inference_ms
FROM (SELECT range AS i, range % 8 AS stream_no, captured(range) AS captured_at FROM range(getvariable('first'), getvariable('after')));

INSERT INTO defect BY NAME
SELECT
    sha256(CAST(i AS VARCHAR)) AS image_id,
    1 AS revision,
    CAST(defect_no AS INTEGER) AS defect_no,
    CASE WHEN defect_no <= 3 THEN 'stain' ELSE 'scratch' END AS defect_class,
    CAST(hash(i, defect_no, 1) % 90000 AS DOUBLE) / 100 AS contour_area,
    1 + hash(i, defect_no, 2) % 900 AS pixel_count,
    CAST(hash(i, defect_no, 3) % 32000 AS DOUBLE) / 100 AS circle_x,
    CAST(hash(i, defect_no, 4) % 32000 AS DOUBLE) / 100 AS circle_y,
    CAST(hash(i, defect_no, 5) % 2000 AS DOUBLE) / 100 AS circle_radius,
    CAST(hash(i, defect_no, 6) % 32000 AS DOUBLE) / 100 AS box_x,
    CAST(hash(i, defect_no, 7) % 32000 AS DOUBLE) / 100 AS box_y,
    CAST(hash(i, defect_no, 8) % 4000 AS DOUBLE) / 100 AS box_width,
    CAST(hash(i, defect_no, 9) % 4000 AS DOUBLE) / 100 AS box_height,
    CAST(hash(i, defect_no, 10) % 9000 AS DOUBLE) / 100 AS box_angle,
    CAST(hash(i, defect_no, 11) % 4000 AS DOUBLE) / 100 AS length,
    CAST(hash(i, defect_no, 12) % 280 AS INTEGER) AS bounds_x,
    CAST(hash(i, defect_no, 13) % 280 AS INTEGER) AS bounds_y,
    CAST(1 + hash(i, defect_no, 14) % 40 AS INTEGER) AS bounds_width,
    CAST(1 + hash(i, defect_no, 15) % 40 AS INTEGER) AS bounds_height,
    0.5 + CAST(hash(i, defect_no, 16) % 5000 AS DOUBLE) / 10000 AS confidence,
    CAST(hash(i, defect_no, 17) % 10000 AS DOUBLE) / 10000 AS part_x,
    CAST(hash(i, defect_no, 18) % 10000 AS DOUBLE) / 10000 AS part_y,
    captured_at
FROM (
    SELECT range // 5 AS i, 1 + range % 5 AS defect_no, captured(range // 5) AS captured_at
    FROM range(5 * getvariable('first'), 5 * getvariable('after'))
);
