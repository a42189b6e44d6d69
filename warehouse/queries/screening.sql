-- warehouse/queries/screening.sql: every enabled characteristic with figures of its inspections captured in [$start, $end):
-- for a list that is sorted by any of them. Reads a published snapshot, which has the journal's tables.
WITH inspected AS (
    SELECT
        line,
        station,
        tool,
        family,
        captured_at,
        pass_id,
        CAST(stain_count AS DOUBLE) AS stain_count,
        total_stain_pct,
        largest_stain_area_px,
        CAST(scratch_count AS DOUBLE) AS scratch_count,
        longest_scratch_px,
        total_scratch_pct
    FROM latest_inspection
    WHERE captured_at >= $start AND captured_at < $end
),

measured AS (
    UNPIVOT inspected
    ON
        stain_count,
        total_stain_pct,
        largest_stain_area_px,
        scratch_count,
        longest_scratch_px,
        total_scratch_pct
    INTO NAME metric VALUE value
),

ordered AS (
    SELECT
        line,
        station,
        tool,
        family,
        metric,
        value,
        CAST(captured_at AT TIME ZONE 'UTC' AS DATE) AS day,
        lag(value) OVER (
            PARTITION BY line, station, tool, family, metric ORDER BY captured_at, pass_id
        ) AS previous
    FROM measured
),

by_day AS (
    SELECT
        line,
        station,
        tool,
        family,
        metric,
        day,
        avg(value) AS mean
    FROM ordered
    GROUP BY line, station, tool, family, metric, day
),

trend AS (
    SELECT
        line,
        station,
        tool,
        family,
        metric,
        count(*) AS days,
        regr_slope(mean, datediff('day', DATE '2000-01-01', day)) AS slope,
        regr_r2(mean, datediff('day', DATE '2000-01-01', day)) AS explained
    FROM by_day
    GROUP BY line, station, tool, family, metric
),

summed AS (
    SELECT
        characteristic.characteristic_id,
        count(*) AS n,
        avg(ordered.value) AS mean,
        avg(CAST(ordered.value = 0 AS INTEGER)) AS zeros,
        corr(ordered.value, ordered.previous) AS autocorrelation,
        count(*) FILTER (
            WHERE ordered.value > characteristic.spec_upper OR ordered.value < characteristic.spec_lower
        ) AS outside
    FROM ordered
    INNER JOIN characteristic USING (line, station, tool, family, metric)
    GROUP BY characteristic.characteristic_id
),

signalled AS (
    SELECT
        characteristic_id,
        count(DISTINCT completing_pass_id) AS signals
    FROM signal
    WHERE withdrawn_at IS NULL AND completing_at >= $start AND completing_at < $end
    GROUP BY characteristic_id
),

caused AS (
    SELECT
        signal.characteristic_id,
        arg_max(cause.code, cause.created_at) AS cause
    FROM cause
    INNER JOIN signal ON cause.signal_id = signal.signal_id
    GROUP BY signal.characteristic_id
)

SELECT
    characteristic.characteristic_id,
    coalesce(characteristic_state.state, 'no data') AS state,
    coalesce(summed.n, 0) AS n,
    summed.mean,
    summed.zeros,
    -- Not a number where all values are alike.
    CASE WHEN isfinite(summed.autocorrelation) THEN summed.autocorrelation END AS autocorrelation,
    CASE
        WHEN characteristic.spec_lower IS NULL AND characteristic.spec_upper IS NULL THEN NULL
        ELSE coalesce(summed.outside, 0)
    END AS outside,
    coalesce(signalled.signals, 0) AS signals,
    coalesce(trend.days, 0) AS days,
    CASE WHEN isfinite(trend.slope) THEN trend.slope END AS slope,
    CASE WHEN isfinite(trend.explained) THEN trend.explained END AS explained,
    caused.cause
FROM characteristic
LEFT JOIN summed USING (characteristic_id)
LEFT JOIN trend USING (line, station, tool, family, metric)
LEFT JOIN signalled USING (characteristic_id)
LEFT JOIN caused USING (characteristic_id)
LEFT JOIN characteristic_state USING (characteristic_id)
WHERE characteristic.enabled
ORDER BY characteristic.characteristic_id;
