-- warehouse/queries/insert_awaited.sql: the rows of `incoming`; a row that waited before does so since then.
INSERT INTO awaited_image (manifest_path, row_no, image, is_accepted, waiting_since)
SELECT
    incoming.manifest_path,
    incoming.row_no,
    incoming.image,
    incoming.is_accepted,
    coalesce(awaited_before.waiting_since, incoming.waiting_since)
FROM incoming
LEFT JOIN awaited_before
    ON
        awaited_before.manifest_path = incoming.manifest_path
        AND awaited_before.image = incoming.image;
