-- warehouse/queries/insert_figure_fits.sql: the rows of `incoming`.
INSERT INTO model_figure_fit (
    line, station, tool, family, model_id, metric, parts, slopes, means
)
SELECT
    line,
    station,
    tool,
    family,
    model_id,
    metric,
    parts,
    CAST(CAST(slopes AS JSON) AS DOUBLE[]),
    CAST(CAST(means AS JSON) AS DOUBLE[])
FROM incoming;
