-- warehouse/queries/check_references.sql: rows that refer to what is not there, one sentence each.
SELECT 'measured file ' || arrival.path || ' has no image row (' || coalesce(arrival.sha256, 'no hash') || ')' AS finding
FROM arrival
ANTI JOIN image ON image.image_id = arrival.sha256
WHERE arrival.outcome = 'measured'
UNION ALL
SELECT 'image ' || image.path || ' has no row in the ledger (' || image.image_id || ')' AS finding
FROM image
ANTI JOIN arrival ON arrival.sha256 = image.image_id
WHERE image.revision = 1
UNION ALL
SELECT 'image ' || image.image_id || ' belongs to pass ' || image.pass_id || ', which has no inspection' AS finding
FROM image
ANTI JOIN inspection ON inspection.pass_id = image.pass_id
UNION ALL
SELECT 'inspection ' || inspection.pass_id || ' has no image' AS finding
FROM (SELECT DISTINCT pass_id FROM inspection) AS inspection
ANTI JOIN image ON image.pass_id = inspection.pass_id
UNION ALL
SELECT 'image ' || image.image_id || ' was measured by model ' || image.model_id || ', which has no row' AS finding
FROM image
ANTI JOIN model ON model.model_id = image.model_id
UNION ALL
SELECT table_name || ' ' || key || ' names run ' || run_id || ', which has no row' AS finding
FROM (
    SELECT 'image' AS table_name, image_id AS key, run_id FROM image
    UNION ALL
    SELECT 'inspection', pass_id, run_id FROM inspection
    UNION ALL
    SELECT 'ledger row', path, run_id FROM arrival
) AS named
ANTI JOIN ingest_run ON ingest_run.run_id = named.run_id
UNION ALL
SELECT 'defect ' || defect.defect_no || ' of image ' || defect.image_id || ' revision ' || defect.revision
    || ' has no image row' AS finding
FROM defect
ANTI JOIN image
    ON
        image.image_id = defect.image_id
        AND image.revision = defect.revision
        AND image.captured_at = defect.captured_at
UNION ALL
SELECT 'the revisions of ' || kind || ' ' || key || ' do not count from 1 without a gap' AS finding
FROM (
    SELECT 'image' AS kind, image_id AS key, revision FROM image
    UNION ALL
    SELECT 'inspection', pass_id, revision FROM inspection
) AS revised
GROUP BY kind, key
HAVING max(revision) <> count(*) OR min(revision) <> 1
UNION ALL
SELECT 'signal ' || signal.signal_id || ' is about pass ' || signal.completing_pass_id || ', which has no inspection' AS finding
FROM signal
ANTI JOIN inspection ON inspection.pass_id = signal.completing_pass_id;
