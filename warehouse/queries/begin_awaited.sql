-- warehouse/queries/begin_awaited.sql: remembers since when the rows of the manifests in $paths wait.
CREATE OR REPLACE TEMP TABLE awaited_before AS
SELECT manifest_path, image, min(waiting_since) AS waiting_since
FROM awaited_image
WHERE manifest_path IN (SELECT unnest($paths))
GROUP BY manifest_path, image;
