-- warehouse/queries/snapshot_characteristic.sql: the journal's table `characteristic` from a JSON array of its rows.
INSERT INTO characteristic (
    characteristic_id,
    line,
    station,
    tool,
    family,
    metric,
    chart,
    rules,
    spec_lower,
    spec_upper,
    unit,
    enabled
)
SELECT
    entry.characteristic_id,
    entry.line,
    entry.station,
    entry.tool,
    entry.family,
    entry.metric,
    entry.chart,
    entry.rules,
    entry.spec_lower,
    entry.spec_upper,
    entry.unit,
    entry.enabled
FROM (
    SELECT unnest(from_json(CAST($rows AS JSON), '[{
        "characteristic_id": "VARCHAR",
        "line": "VARCHAR",
        "station": "VARCHAR",
        "tool": "VARCHAR",
        "family": "VARCHAR",
        "metric": "VARCHAR",
        "chart": "VARCHAR",
        "rules": "VARCHAR",
        "spec_lower": "DOUBLE",
        "spec_upper": "DOUBLE",
        "unit": "VARCHAR",
        "enabled": "BOOLEAN"
    }]')) AS entry
);
