-- warehouse/queries/forget_measured.sql: rows whose image is measured, or known by its content, wait no more.
DELETE FROM awaited_image
WHERE image IN (SELECT path FROM arrival WHERE outcome IN ('measured', 'known'));
