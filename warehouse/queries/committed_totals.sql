-- warehouse/queries/committed_totals.sql: how many rows each table of a run holds.
SELECT
    (SELECT count(*) FROM image) AS images,
    (SELECT count(*) FROM inspection) AS inspections,
    (SELECT count(*) FROM arrival) AS arrivals;
