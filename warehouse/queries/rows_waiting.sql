-- warehouse/queries/rows_waiting.sql: by manifest, the accepted rows whose image has not arrived, oldest first.
SELECT
    awaited_image.manifest_path,
    count(*) AS waiting,
    min(awaited_image.waiting_since) AS since
FROM awaited_image
ANTI JOIN arrival ON arrival.path = awaited_image.image
WHERE awaited_image.is_accepted
GROUP BY awaited_image.manifest_path
ORDER BY since, awaited_image.manifest_path;
