-- warehouse/queries/newest_seal.sql: the head of the chain of seals.
SELECT seal_no, mac
FROM seal
ORDER BY seal_no DESC
LIMIT 1;
