-- warehouse/queries/columns_of_table.sql: name, type and whether it may be empty, in their order.
SELECT column_name, data_type, is_nullable
FROM duckdb_columns()
WHERE table_name = $table AND schema_name = 'main' AND NOT internal AND database_name = current_database()
ORDER BY column_index;
