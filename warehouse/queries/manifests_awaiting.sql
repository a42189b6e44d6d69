-- warehouse/queries/manifests_awaiting.sql: the manifests with a row that waits for an image of `arrived`.
SELECT DISTINCT awaited_image.manifest_path
FROM awaited_image
SEMI JOIN arrived ON arrived.image = awaited_image.image;
