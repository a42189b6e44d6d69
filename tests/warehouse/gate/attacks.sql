-- Statements that must not get through: one a line. {file} is a file of the server, {folder} its folder,
-- {out} a path to write, {db} the snapshot.

-- Writes, also of what is temporary.
INSERT INTO inspection SELECT * FROM inspection
UPDATE inspection SET passed = true
DELETE FROM inspection
TRUNCATE inspection
MERGE INTO inspection USING image ON false WHEN MATCHED THEN DELETE
CREATE TABLE mine AS SELECT 1 AS a
CREATE TEMP TABLE inspection AS SELECT 1 AS a
CREATE TEMP VIEW latest_inspection AS SELECT 1 AS a
CREATE OR REPLACE VIEW part AS SELECT 1 AS a
CREATE MACRO lower(x) AS 'mine'
CREATE TEMP MACRO files() AS TABLE SELECT * FROM read_text('{file}')
CREATE SEQUENCE numbers
CREATE TYPE mood AS ENUM ('a')
CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')
CREATE SCHEMA other
CREATE INDEX i ON inspection (part_id)
DROP TABLE inspection
ALTER TABLE inspection ADD COLUMN a INTEGER
COMMENT ON TABLE inspection IS 'mine'
VACUUM
ANALYZE
CHECKPOINT
FORCE CHECKPOINT
BEGIN TRANSACTION
USE memory

-- Files and the network.
COPY inspection TO '{out}'
COPY (SELECT 1 AS a) TO '{db}.wal'
COPY (SELECT 1 AS a) TO '{out}' (FORMAT parquet)
COPY inspection FROM '{file}'
EXPORT DATABASE '{out}'
IMPORT DATABASE '{out}'
ATTACH '{out}' AS other
ATTACH ':memory:' AS other
DETACH system
SELECT content FROM read_text('{file}')
SELECT content FROM read_blob('{file}')
SELECT * FROM read_csv('{file}', header = false)
SELECT * FROM read_csv_auto('{file}')
SELECT * FROM read_json('{file}')
SELECT * FROM read_json_objects('{file}')
SELECT * FROM read_ndjson_objects('{file}')
SELECT * FROM read_parquet('{file}')
SELECT * FROM parquet_scan('{file}')
SELECT * FROM parquet_metadata('{file}')
SELECT * FROM parquet_file_metadata('{file}')
SELECT * FROM read_duckdb('{db}')
SELECT * FROM sniff_csv('{file}')
SELECT * FROM glob('{folder}/*')
SELECT * FROM '{file}'
SELECT * FROM "{file}"
FROM '{folder}/*.csv'
SELECT * FROM 'https://127.0.0.1:9/a.csv'
SELECT * FROM read_csv('s3://bucket/key')
SELECT * FROM read_text('/proc/self/environ')
SELECT * FROM read_text('/proc/self/fd/0')

-- Settings, extensions and what tells of the server.
INSTALL httpfs
FORCE INSTALL httpfs FROM 'http://127.0.0.1:9'
LOAD httpfs
LOAD '{file}'
UPDATE EXTENSIONS
SET memory_limit = '64GB'
SET GLOBAL threads = 64
SET SESSION TimeZone = 'Asia/Tokyo'
SET lock_configuration = false
SET enable_external_access = true
SET VARIABLE a = 1
RESET memory_limit
PRAGMA enable_profiling
PRAGMA profiling_output = '{out}'
PRAGMA database_list
CALL enable_logging()
CALL pragma_database_size()
SELECT * FROM enable_profiling()
SELECT * FROM enable_logging()
SELECT * FROM checkpoint()
SELECT * FROM duckdb_settings()
SELECT * FROM pg_catalog.pg_settings
SELECT * FROM pg_settings
SELECT current_setting('temp_directory')
SELECT * FROM duckdb_secrets()
SELECT * FROM which_secret('s3://a', 's3')
SELECT * FROM duckdb_databases()
SELECT * FROM pragma_database_list
SHOW DATABASES
SELECT * FROM duckdb_extensions()
SELECT * FROM duckdb_logs()
SELECT * FROM duckdb_variables()
SELECT * FROM duckdb_prepared_statements()
SELECT * FROM duckdb_external_file_cache()
SELECT getenv('HOME')
SELECT getvariable('a')
SELECT write_log('a', level := 'error')
SELECT pg_sleep(60)
SELECT sleep_ms(60000)

-- Detours: functions that run texts, statements in statements, names of the system.
SELECT * FROM query('SELECT content FROM read_text(''{file}'')')
SELECT * FROM query_table('{file}')
SELECT * FROM query_table(['pg_settings'])
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
SELECT json_serialize_plan('SELECT * FROM read_text(''{file}'')')
SELECT * FROM seq_scan('inspection')
SELECT * FROM histogram_values('{file}', 'a')
SELECT * FROM pandas_scan(0)
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM python_map_function(1)
SELECT * FROM secret_frame
SELECT * FROM (WITH pg_settings AS (SELECT 1) FROM pg_settings) a, pg_settings
SELECT * FROM system.pg_catalog.pg_settings
SELECT * FROM temp.main.inspection
SELECT * FROM information_schema.schemata
SELECT * FROM sqlite_master
SELECT (SELECT content FROM read_text('{file}'))
SELECT 1 WHERE EXISTS (FROM glob('{folder}/*'))
SELECT * FROM inspection JOIN LATERAL (FROM read_text('{file}')) ON true
SELECT [x FOR x IN (SELECT list(content) FROM read_text('{file}'))]
PREPARE p AS SELECT content FROM read_text('{file}')
PREPARE p AS DELETE FROM inspection
EXECUTE p
DEALLOCATE p
SUMMARIZE SELECT * FROM read_text('{file}')
DESCRIBE SELECT * FROM read_csv('{file}')
EXPLAIN ANALYZE COPY inspection TO '{db}.wal'
EXPLAIN ANALYZE DELETE FROM inspection
EXPLAIN COPY inspection TO '{out}'
EXPLAIN ANALYZE SELECT * FROM read_text('{file}')
PIVOT read_text('{file}') ON filename IN ('a') USING count(*)
SELECT * FROM users
SELECT * FROM outbox
SELECT * FROM audit
SELECT * FROM journal.users

-- Further forms: functions of DuckDB 1.5, clauses that hold a query, names in other letters.
SELECT read_blob('{file}')
SELECT read_text('{file}')
FROM '{file}' SELECT *
FROM read_csv(['{file}', '{file}'])
SELECT * FROM 'file://{file}'
SELECT * FROM '{file}?x=1'
FROM '/proc/self/maps'
FROM '/dev/stdin'
FROM '{folder}/*.parquet'
SELECT * FROM "{folder}/secret.csv" AS a(x)
ATTACH 'md:' AS a
ATTACH '{db}' (TYPE duckdb, READ_ONLY)
ATTACH DATABASE IF NOT EXISTS '{out}' AS b
ATTACH 'postgres:host=127.0.0.1' AS c (TYPE postgres)
CALL pragma_version()
CALL duckdb_settings()
PRAGMA version
PRAGMA show_tables
PRAGMA table_info('inspection')
PRAGMA import_database('{out}')
PRAGMA enable_object_cache
PRAGMA user_agent
SELECT * FROM pragma_version()
SELECT * FROM pragma_user_agent()
SELECT * FROM pragma_platform()
SELECT * FROM pragma_storage_info('inspection')
SELECT * FROM pragma_metadata_info()
SELECT * FROM pragma_collations()
SELECT * FROM pragma_show('inspection')
SELECT * FROM pragma_table_info('{file}')
SELECT * FROM duckdb_functions()
SELECT * FROM duckdb_types()
SELECT * FROM duckdb_memory()
SELECT * FROM duckdb_temporary_files()
SELECT * FROM duckdb_keywords()
SELECT * FROM duckdb_optimizers()
SELECT * FROM duckdb_schemas()
SELECT * FROM duckdb_sequences()
SELECT * FROM duckdb_constraints()
SELECT * FROM duckdb_indexes()
SELECT * FROM duckdb_dependencies()
SELECT * FROM duckdb_log_contexts()
SELECT database_name, path FROM duckdb_databases()
SELECT * FROM test_all_types()
SELECT * FROM test_vector_types(NULL::INT)
SELECT * FROM sql_auto_complete('SEL')
SELECT * FROM from_substrait('x'::BLOB)
SELECT * FROM from_substrait_json('{}')
SELECT * FROM force_checkpoint()
SELECT * FROM summary((FROM inspection))
SELECT * FROM icu_calendar_names()
SELECT * FROM pg_timezone_names()
SELECT * FROM parquet_schema('{file}')
SELECT * FROM parquet_kv_metadata('{file}')
SELECT * FROM parquet_bloom_probe('{file}', 'a', 1)
SELECT * FROM parquet_full_metadata('{file}')
SELECT * FROM read_json_auto('{file}')
SELECT * FROM read_ndjson('{file}')
SELECT * FROM read_json_objects_auto('{file}')
SELECT * FROM read_avro('{file}')
SELECT * FROM read_xlsx('{file}')
SELECT * FROM st_read('{file}')
SELECT * FROM sqlite_scan('{file}', 'a')
SELECT * FROM iceberg_scan('{file}')
SELECT * FROM delta_scan('{file}')
SELECT * FROM duckdb_connection_count()
SELECT * FROM query_table('inspection')
SELECT * FROM query('FROM inspection')
SELECT * FROM query_table(['inspection', 'image'], by_name := true)
SELECT * FROM enable_profiling(format := 'json')
SELECT * FROM truncate_duckdb_logs()
SELECT * FROM dbgen(sf = 1)
SELECT current_setting('memory_limit')
SELECT txid_current()
SELECT getenv('PATH')
SELECT system.main.getenv('PATH')
SELECT "getenv"('PATH')
SELECT main."GetEnv"('PATH')
SELECT 'PATH'.getenv()
SELECT list_transform(['PATH'], x -> getenv(x))
SELECT list_transform(['PATH'], lambda x : getenv(x))
SELECT list_aggregate(['PATH'], 'getenv')
SELECT apply(['a'], x -> read_text(x))
SELECT which_secret('s3://a', 's3')
SELECT json_serialize_sql('SELECT 1')
SELECT json_deserialize_sql(json_serialize_sql('SELECT 1'))
SELECT * FROM json_execute_serialized_sql('{}')
PRAGMA json_execute_serialized_sql('{}')
SELECT pg_get_viewdef(1)
SELECT has_table_privilege('a', 'b')
SELECT format('{}', getvariable('x'))
SELECT nextval('x')
SELECT add_parquet_key('a', 'b')
COPY (SELECT 1) TO '/dev/stdout'
COPY (SELECT 1) TO PROGRAM 'id'
COPY inspection FROM PROGRAM 'id'
COPY DATABASE memory TO other
COPY (SELECT 1) TO '{out}' WITH (FORMAT csv, PARTITION_BY (a))
EXPORT DATABASE '{out}' (FORMAT parquet)
CREATE TEMP TABLE a AS FROM '{file}'
CREATE OR REPLACE TEMP MACRO f() AS 1
CREATE FUNCTION f(x) AS x
CREATE PERSISTENT SECRET s (TYPE http)
DROP PERSISTENT SECRET s
LOAD 'json'
INSTALL spatial FROM community
SET s3_region='x'
SET VARIABLE x = (SELECT 1)
RESET ALL
PREPARE p AS SELECT 1
EXECUTE p(1)
SELECT * INTO x FROM inspection
WITH x AS (DELETE FROM inspection RETURNING *) SELECT * FROM x
WITH x AS (INSERT INTO inspection SELECT * FROM inspection RETURNING 1) SELECT * FROM x
SELECT * FROM (DELETE FROM inspection RETURNING *)
FROM (COPY (SELECT 1) TO '{out}')
FROM (PRAGMA version)
FROM (CALL pragma_version())
FROM (SHOW ALL TABLES)
SHOW ALL TABLES
SHOW memory_limit
FROM (SHOW DATABASES)
FROM (SUMMARIZE '{file}')
DESCRIBE '{file}'
SUMMARIZE '{file}'
DESCRIBE pg_settings
FROM (DESCRIBE duckdb_settings)
SUMMARIZE duckdb_settings
DESCRIBE duckdb_settings()
EXPLAIN FROM '{file}'
EXPLAIN ANALYZE FROM glob('{folder}/*')
EXPLAIN (FORMAT json) SELECT 1
EXPLAIN EXPLAIN SELECT 1
EXPLAIN ANALYZE EXPLAIN ANALYZE DELETE FROM inspection
EXPLAIN PRAGMA version
EXPLAIN ANALYZE CALL pragma_version()
FROM histogram(inspection, part_id)
FROM histogram('{file}', 'x')
FROM histogram_values(inspection, part_id)
SELECT * FROM inspection AT (VERSION => 1)
UNPIVOT (FROM '{file}') ON COLUMNS(*)
PIVOT '{file}' ON a USING count(*)
PIVOT (FROM inspection) ON station USING count(*)
SELECT ℓ FROM ｉｎｓｐｅｃｔｉｏｎ
SELECT * FROM ｒｅａｄ＿ｔｅｘｔ('{file}')
SELECT * FROM "read_text"('{file}')
SELECT * FROM "READ_TEXT"('{file}')
SELECT * FROM main.read_text('{file}')
SELECT * FROM system.main.read_text('{file}')
SELECT * FROM read_text/**/('{file}')
SELECT * FROM U&"read_text"('{file}')
SELECT * FROM e'{file}'
SELECT * FROM $${file}$$
MACRO f AS 1
SELECT geturl('http://127.0.0.1')
SELECT * FROM arrow_scan_dumb(1,2,3)
SELECT * FROM python_scan_all_frames
SELECT * FROM site
SELECT * FROM connection
SELECT * FROM request
SELECT finalize(1)
SELECT write_log('x')
SELECT enum_range(NULL::mood)
SELECT query('SELECT 1')
SELECT * FROM read_duckdb('{db}', table_name := 'inspection')
SELECT * FROM duckdb_coordinate_systems()
SELECT * FROM duckdb_profiling_settings()
SELECT * FROM duckdb_approx_database_count()
USING SAMPLE 1
SELECT 1 UNION ALL FROM '{file}'
SELECT * FROM (VALUES ((SELECT content FROM read_text('{file}'))))
SELECT CASE WHEN (SELECT count(*) FROM glob('{folder}/*')) > 0 THEN 1 ELSE 0 END
SELECT * FROM inspection ORDER BY (SELECT size FROM read_text('{file}'))
SELECT * FROM inspection LIMIT (SELECT size FROM read_text('{file}'))
SELECT row_number() OVER (ORDER BY (FROM read_text('{file}') SELECT size))
SELECT struct_pack(a := (FROM read_text('{file}') SELECT size))
SELECT count(*) FILTER (WHERE EXISTS (FROM glob('{folder}/*')))
SELECT * FROM inspection WHERE part_id IN (SELECT file FROM glob('{folder}/*'))
SELECT * FROM inspection QUALIFY (FROM glob('{folder}/*') SELECT 1) = 1
SELECT sum(1) GROUP BY (FROM glob('{folder}/*') SELECT 1)
SELECT * FROM inspection POSITIONAL JOIN '{file}'
SELECT * FROM inspection ASOF JOIN '{file}' USING (captured_at)
SELECT * FROM inspection SEMI JOIN '{file}' USING (part_id)
SELECT * REPLACE ((FROM glob('{folder}/*') SELECT 1) AS part_id) FROM inspection
WITH RECURSIVE t AS (FROM read_text('{file}') UNION ALL FROM t) FROM t
WITH t AS MATERIALIZED (FROM read_text('{file}')) FROM t
WITH pg_settings AS (SELECT 1) SELECT * FROM pg_catalog.pg_settings
WITH t(x) AS (SELECT 1) SELECT (WITH u AS (FROM '{file}') FROM u) FROM t
WITH RECURSIVE t USING KEY (n) AS (SELECT 1 n UNION SELECT n FROM '{file}') FROM t
FROM pragma_table_info('pg_settings')
FROM pragma_table_info('pg_' || 'settings')
FROM pragma_table_info((SELECT 'pg_settings'))
FROM (VALUES ('pg_settings')) t(n), LATERAL (FROM pragma_table_info(t.n))
