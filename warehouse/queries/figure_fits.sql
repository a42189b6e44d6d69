-- warehouse/queries/figure_fits.sql: how the model's figures depend on the defects, of every stream and model.
SELECT line, station, tool, family, model_id, metric, parts, slopes, means
FROM model_figure_fit;
