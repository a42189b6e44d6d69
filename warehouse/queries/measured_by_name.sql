-- warehouse/queries/measured_by_name.sql: how many of $paths were measured without a manifest.
SELECT count(DISTINCT image.path)
FROM image
WHERE image.captured_at_source = 'file time' AND image.path IN (SELECT unnest($paths));
