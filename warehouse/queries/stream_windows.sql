-- warehouse/queries/stream_windows.sql: every point of the streams in `wanted` captured since the time each names (none
-- before $oldest), with its place in `wanted`, by stream and time of capture.
WITH newest AS (
    SELECT pass_id, max(revision) AS revision
    FROM inspection
    WHERE revision > 1
    GROUP BY pass_id
),

newest_of_model AS (
    SELECT pass_id, model_id, max(revision) AS revision
    FROM inspection
    WHERE revision > 1
    GROUP BY pass_id, model_id
),

pictures AS (
    SELECT
        image.pass_id,
        image.model_id,
        image.brightness,
        image.contrast,
        image.focus,
        image.mean_confidence,
        image.entropy
    FROM image
    INNER JOIN wanted
        ON
            wanted.line = image.line
            AND wanted.station = image.station
            AND wanted.tool = image.tool
            AND wanted.family = image.family
    WHERE image.captured_at >= $oldest AND image.captured_at >= make_timestamptz(wanted.since_us)
    QUALIFY
        row_number() OVER (
            PARTITION BY image.image_id, image.model_id ORDER BY image.revision DESC
        ) = 1
),

health AS (
    -- Rounded, so that the order in which views are summed cannot show.
    SELECT
        pass_id,
        model_id,
        round(avg(brightness), 9) AS brightness,
        round(avg(contrast), 9) AS contrast,
        round(avg(focus), 9) AS focus,
        round(avg(mean_confidence), 9) AS mean_confidence,
        round(avg(entropy), 9) AS entropy
    FROM pictures
    GROUP BY pass_id, model_id
)

SELECT
    CAST(wanted.place AS BIGINT) AS place,
    measured.pass_id,
    measured.part_id,
    epoch_us(measured.captured_at) AS captured_us,
    measured.model_id,
    CAST(measured.passed AS DOUBLE) AS passed,
    measured.revision = coalesce(newest.revision, 1) AS latest,
    measured.revision = coalesce(newest_of_model.revision, 1) AS latest_of_model,
    CAST(measured.stain_count AS DOUBLE) AS stain_count,
    measured.total_stain_pct,
    measured.largest_stain_area_px,
    CAST(measured.scratch_count AS DOUBLE) AS scratch_count,
    measured.longest_scratch_px,
    measured.total_scratch_pct,
    health.brightness,
    health.contrast,
    health.focus,
    health.mean_confidence,
    health.entropy
FROM inspection AS measured
INNER JOIN wanted
    ON
        wanted.line = measured.line
        AND wanted.station = measured.station
        AND wanted.tool = measured.tool
        AND wanted.family = measured.family
LEFT JOIN newest ON newest.pass_id = measured.pass_id
LEFT JOIN newest_of_model
    ON
        newest_of_model.pass_id = measured.pass_id
        AND newest_of_model.model_id = measured.model_id
LEFT JOIN health
    ON
        health.pass_id = measured.pass_id
        AND health.model_id = measured.model_id
WHERE measured.captured_at >= $oldest AND measured.captured_at >= make_timestamptz(wanted.since_us)
ORDER BY place, measured.captured_at, measured.pass_id;
