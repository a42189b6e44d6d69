-- warehouse/queries/daily_means.sql: the mean of each metric in $metrics on each day from $first on, by stream and model.
SELECT
    line,
    station,
    tool,
    family,
    model_id,
    metric,
    list(day ORDER BY day) AS days,
    list(total / n ORDER BY day) AS means
FROM daily_rollup
WHERE day >= $first AND metric IN (SELECT unnest($metrics))
GROUP BY line, station, tool, family, model_id, metric;
