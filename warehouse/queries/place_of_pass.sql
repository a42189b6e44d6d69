-- warehouse/queries/place_of_pass.sql: when and in which stream a pass was captured.
SELECT captured_at, line, station, tool, family
FROM latest_inspection
WHERE pass_id = $pass_id;
