-- warehouse/queries/image_paths.sql: image and path of the first measurement of those asked for.
SELECT image_id, arg_min(path, revision) AS path
FROM image
WHERE image_id IN (SELECT unnest($image_ids))
GROUP BY image_id;
