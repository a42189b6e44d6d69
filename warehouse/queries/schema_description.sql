-- warehouse/queries/schema_description.sql: every column of every table and view, views first.
SELECT
    relation.kind,
    relation.name,
    coalesce(relation.comment, '') AS relation_comment,
    columns.column_name,
    columns.data_type,
    coalesce(columns.comment, '') AS column_comment
FROM (
    SELECT 'view' AS kind, view_name AS name, comment FROM duckdb_views() WHERE NOT internal
    UNION ALL
    SELECT 'table' AS kind, table_name AS name, comment FROM duckdb_tables() WHERE NOT internal
) AS relation
INNER JOIN duckdb_columns() AS columns ON columns.table_name = relation.name
WHERE NOT columns.internal
ORDER BY relation.kind DESC, relation.name, columns.column_index;
