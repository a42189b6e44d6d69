-- warehouse/queries/check_ledger.sql: runs whose numbers do not add up, one sentence each.
SELECT 'run ' || run_id || ' saw ' || seen || ' files but accounts for '
    || (measured + quarantined + ignored + deferred + known) AS finding
FROM ingest_run
WHERE seen <> measured + quarantined + ignored + deferred + known
UNION ALL
SELECT 'run ' || ingest_run.run_id || ' says it measured ' || ingest_run.measured
    || ' files, the ledger has ' || coalesce(counted.files, 0) AS finding
FROM ingest_run
LEFT JOIN (
    SELECT run_id, count(*) AS files
    FROM arrival
    WHERE outcome = 'measured'
    GROUP BY run_id
) AS counted ON counted.run_id = ingest_run.run_id
WHERE
    ingest_run.finished_at IS NOT NULL
    AND ingest_run.error IS NULL
    AND ingest_run.measured <> coalesce(counted.files, 0)
UNION ALL
SELECT 'the ledger counts the changes of ' || path || ' up to ' || max(change_no) || ' but has '
    || count(*) || ' of them' AS finding
FROM arrival
GROUP BY path
HAVING max(change_no) <> count(*);
