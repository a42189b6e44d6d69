-- warehouse/queries/seals.sql: every seal in the order of the chain.
SELECT seal_no, subject, part, row_count, sum_high, sum_low, mac
FROM seal
ORDER BY seal_no;
