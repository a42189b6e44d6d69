-- warehouse/queries/pixel_paths.sql: pixel key and path of the first measured picture of each of those asked for.
SELECT pixel_key, arg_min(path, (captured_at, path)) AS path
FROM image
WHERE pixel_key IN (SELECT unnest($pixel_keys))
GROUP BY pixel_key;
