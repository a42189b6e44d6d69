-- warehouse/queries/newest_anchor.sql: where the audit trail stood when it was noted last.
SELECT row_count, part
FROM seal
WHERE subject = 'audit'
ORDER BY seal_no DESC
LIMIT 1;
