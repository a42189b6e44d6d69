-- warehouse/queries/insert_seal.sql: one seal.
INSERT INTO seal (seal_no, subject, part, row_count, sum_high, sum_low, mac)
VALUES (?, ?, ?, ?, ?, ?, ?);
