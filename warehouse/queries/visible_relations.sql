-- warehouse/queries/visible_relations.sql: every documented table and view of a snapshot.
SELECT view_name AS name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'
UNION ALL
SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND schema_name = 'main';
