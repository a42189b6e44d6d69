-- warehouse/queries/tables.sql: the tables of a warehouse, by name.
SELECT table_name
FROM duckdb_tables()
WHERE schema_name = 'main' AND NOT internal AND NOT temporary
ORDER BY table_name;
