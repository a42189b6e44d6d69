-- warehouse/queries/new_arrivals.sql: the pictures in the ledger after row $after that were measured or refused, in the
-- order of their arrival.
SELECT path, outcome = 'quarantined' AS refused, first_seen_at
FROM arrival
WHERE rowid > $after AND outcome IN ('measured', 'quarantined')
ORDER BY first_seen_at, rowid;
