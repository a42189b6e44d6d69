"""Statements that must not get through, in variants, and what still must."""

import resource
import select
import shutil
import threading
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from warehouse.batch import write_batch
from warehouse.connection import open_master
from warehouse.errors import NotPublishedError, QueryError
from warehouse.gate.gate import QueryGate
from warehouse.gate.limits import MIB, QueryLimits
from warehouse.gate.process import QueryProcess
from warehouse.publish import publish
from warehouse.site import Site

MARK = "a word that only the file outside holds"

# {file} is a file of the server, {out} a path to write, {db} the snapshot.
WRITES = (
    "INSERT INTO inspection SELECT * FROM inspection",
    "UPDATE inspection SET passed = true",
    "DELETE FROM inspection",
    "TRUNCATE inspection",
    "MERGE INTO inspection USING image ON false WHEN MATCHED THEN DELETE",
    "CREATE TABLE mine AS SELECT 1 AS a",
    "CREATE TEMP TABLE inspection AS SELECT 1 AS a",
    "CREATE TEMP VIEW latest_inspection AS SELECT 1 AS a",
    "CREATE OR REPLACE VIEW part AS SELECT 1 AS a",
    "CREATE MACRO lower(x) AS 'mine'",
    "CREATE TEMP MACRO files() AS TABLE SELECT * FROM read_text('{file}')",
    "CREATE SEQUENCE numbers",
    "CREATE TYPE mood AS ENUM ('a')",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "CREATE SCHEMA other",
    "CREATE INDEX i ON inspection (part_id)",
    "DROP TABLE inspection",
    "ALTER TABLE inspection ADD COLUMN a INTEGER",
    "COMMENT ON TABLE inspection IS 'mine'",
    "VACUUM",
    "ANALYZE",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "BEGIN TRANSACTION",
    "USE memory",
)
FILES = (
    "COPY inspection TO '{out}'",
    "COPY (SELECT 1 AS a) TO '{db}.wal'",
    "COPY (SELECT 1 AS a) TO '{out}' (FORMAT parquet)",
    "COPY inspection FROM '{file}'",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{out}'",
    "ATTACH '{out}' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH system",
    "SELECT content FROM read_text('{file}')",
    "SELECT content FROM read_blob('{file}')",
    "SELECT * FROM read_csv('{file}', header = false)",
    "SELECT * FROM read_csv_auto('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_json_objects('{file}')",
    "SELECT * FROM read_ndjson_objects('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM parquet_scan('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM parquet_file_metadata('{file}')",
    "SELECT * FROM read_duckdb('{db}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM '{file}'",
    'SELECT * FROM "{file}"',
    "FROM '{folder}/*.csv'",
    "SELECT * FROM 'https://127.0.0.1:9/a.csv'",
    "SELECT * FROM read_csv('s3://bucket/key')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM read_text('/proc/self/fd/0')",
)
SETTINGS = (
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM 'http://127.0.0.1:9'",
    "LOAD httpfs",
    "LOAD '{file}'",
    "UPDATE EXTENSIONS",
    "SET memory_limit = '64GB'",
    "SET GLOBAL threads = 64",
    "SET SESSION TimeZone = 'Asia/Tokyo'",
    "SET lock_configuration = false",
    "SET enable_external_access = true",
    "SET VARIABLE a = 1",
    "RESET memory_limit",
    "PRAGMA enable_profiling",
    "PRAGMA profiling_output = '{out}'",
    "PRAGMA database_list",
    "CALL enable_logging()",
    "CALL pragma_database_size()",
    "SELECT * FROM enable_profiling()",
    "SELECT * FROM enable_logging()",
    "SELECT * FROM checkpoint()",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM pg_catalog.pg_settings",
    "SELECT * FROM pg_settings",
    "SELECT current_setting('temp_directory')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM which_secret('s3://a', 's3')",
    "SELECT * FROM duckdb_databases()",
    "SELECT * FROM pragma_database_list",
    "SHOW DATABASES",
    "SELECT * FROM duckdb_extensions()",
    "SELECT * FROM duckdb_logs()",
    "SELECT * FROM duckdb_variables()",
    "SELECT * FROM duckdb_prepared_statements()",
    "SELECT * FROM duckdb_external_file_cache()",
    "SELECT getenv('HOME')",
    "SELECT getvariable('a')",
    "SELECT write_log('a', level := 'error')",
    "SELECT pg_sleep(60)",
    "SELECT sleep_ms(60000)",
)
DETOURS = (
    "SELECT * FROM query('SELECT content FROM read_text(''{file}'')')",
    "SELECT * FROM query_table('{file}')",
    "SELECT * FROM query_table(['pg_settings'])",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SELECT json_serialize_plan('SELECT * FROM read_text(''{file}'')')",
    "SELECT * FROM seq_scan('inspection')",
    "SELECT * FROM histogram_values('{file}', 'a')",
    "SELECT * FROM pandas_scan(0)",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM python_map_function(1)",
    "SELECT * FROM secret_frame",
    "SELECT * FROM (WITH pg_settings AS (SELECT 1) FROM pg_settings) a, pg_settings",
    "SELECT * FROM system.pg_catalog.pg_settings",
    "SELECT * FROM temp.main.inspection",
    "SELECT * FROM information_schema.schemata",
    "SELECT * FROM sqlite_master",
    "SELECT (SELECT content FROM read_text('{file}'))",
    "SELECT 1 WHERE EXISTS (FROM glob('{folder}/*'))",
    "SELECT * FROM inspection JOIN LATERAL (FROM read_text('{file}')) ON true",
    "SELECT [x FOR x IN (SELECT list(content) FROM read_text('{file}'))]",
    "PREPARE p AS SELECT content FROM read_text('{file}')",
    "PREPARE p AS DELETE FROM inspection",
    "EXECUTE p",
    "DEALLOCATE p",
    "SUMMARIZE SELECT * FROM read_text('{file}')",
    "DESCRIBE SELECT * FROM read_csv('{file}')",
    "EXPLAIN ANALYZE COPY inspection TO '{db}.wal'",
    "EXPLAIN ANALYZE DELETE FROM inspection",
    "EXPLAIN COPY inspection TO '{out}'",
    "EXPLAIN ANALYZE SELECT * FROM read_text('{file}')",
    "PIVOT read_text('{file}') ON filename IN ('a') USING count(*)",
    "SELECT * FROM users",
    "SELECT * FROM outbox",
    "SELECT * FROM audit",
    "SELECT * FROM journal.users",
)


def swap_case(sql):
    """Change the case of the words outside of quotes."""
    return "'".join(
        part if number % 2 else part.swapcase() for number, part in enumerate(sql.split("'"))
    )


def spaced(sql):
    return sql.replace(" ", "/* ; */ ", 1).replace(" ", "\n\t", 1)


VARIANTS = {
    "plain": lambda sql: sql,
    "other case": swap_case,
    "comments": lambda sql: f"-- a remark\n/* SELECT 1; */ {spaced(sql)} -- the end",
    "after a SELECT": lambda sql: f"SELECT 1; {sql}",
    "explained": lambda sql: f"EXPLAIN ANALYZE {sql}",
    "unicode": lambda sql: f"\u00a0{sql.replace(' ', chr(0x2003), 1)};",
}
STATEMENTS = (*WRITES, *FILES, *SETTINGS, *DETOURS)
# Each statement in some of the variants, each variant with some of the statements.
SOME = [
    variant(sql)
    for number, sql in enumerate(STATEMENTS)
    for at, variant in enumerate(VARIANTS.values())
    if at == 0 or (number + at) % 3 == 0
]
EVERY = [variant(sql) for sql in STATEMENTS for variant in VARIANTS.values()]

# Endless, or more memory than there is. None of them may trouble anybody else.
BOMBS = (
    "SELECT repeat('x', 4000000000)",
    "SELECT count(*) FROM range(10000000000000)",
    "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b",
    "SELECT list(range) FROM range(1000000000)",
    "SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)",
    "SELECT * FROM range(100000000) ORDER BY hash(range) DESC",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "SELECT count(DISTINCT range::VARCHAR) FROM range(1000000000)",
    "SELECT regexp_matches(repeat('a', 100000000), '(a*)*b')",
    "SELECT lpad('x', 2000000000, 'y')",
    "SELECT max(md5(range::VARCHAR)) FROM range(100000000000)",
    "SELECT unnest(range(1000000000))",
)


@pytest.fixture(scope="module")
def link(tmp_path_factory, empty_master, build):
    """A published snapshot; nothing here can change it."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    parts = [build.part(f"p{n}", at=build.at(n)) for n in range(50)]
    with open_master(site.master) as connection:
        write_batch(connection, build.batch(*parts))
    publish(site)
    return site.current


@pytest.fixture(scope="module")
def gate(link):
    gate = QueryGate(link, QueryLimits(seconds=1.5, memory_bytes=256 * MIB, rows=1000))
    yield gate
    gate.close()


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder of the server's own, with a file that a query might want."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret.csv").write_text(f"{MARK}\n")
    return folder


def contents(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def filled(sql, outside, link):
    places = {"file": outside / "secret.csv", "out": outside / "new", "folder": outside}
    for name, path in (places | {"db": link.resolve()}).items():
        sql = sql.replace(f"{{{name}}}", str(path))
    return sql


@pytest.mark.parametrize(
    "attacks", [SOME, pytest.param(EVERY, marks=pytest.mark.soak)], ids=["some", "every"]
)
def test_an_attack_gets_nothing_and_leaves_nothing(gate, link, outside, attacks):
    # A variable of the caller, which DuckDB would find by its name if it were let.
    secret_frame = pd.DataFrame({"token": [MARK]})
    assert len(secret_frame) == 1
    before = contents(outside), contents(link.parent)
    passed, told = [], []
    for sql in attacks:
        try:
            passed.append((sql, gate.rows(filled(sql, outside, link)).rows[:1]))
        except QueryError as error:
            told.append(str(error))
    assert not any(MARK in words for words in told)
    assert (contents(outside), contents(link.parent)) == before
    assert len(attacks) >= 300
    print(f"{len(attacks)} attacks, {len(passed)} successes")
    assert passed == []


@pytest.mark.parametrize("form", ["parquet", "rows"])
def test_a_bomb_ends_at_its_limit_and_the_next_query_runs(gate, form):
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for sql in BOMBS[:3] if form == "parquet" else BOMBS:
        started = time.monotonic()
        try:
            if form == "rows":
                assert len(gate.rows(sql).rows) <= gate.limits.rows
            else:
                with gate.parquet(sql):
                    pass
        except QueryError:
            pass
        assert time.monotonic() - started < gate.limits.seconds + 1.5
        assert gate.rows("SELECT 42").rows == [[42]]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown) // 1024
    print(f"{len(BOMBS)} bombs: the asking process grew by {grown} MiB")
    assert grown <= 50


@pytest.mark.soak
def test_bombs_do_not_slow_the_queries_of_others(gate):
    def p95(n=60):
        taken = []
        for _ in range(n):
            started = time.perf_counter()
            gate.rows("SELECT station, count(*) FROM latest_inspection GROUP BY station")
            taken.append(time.perf_counter() - started)
        return sorted(taken)[int(0.95 * n)]

    quiet = min(p95(), p95())
    stop = threading.Event()

    def attack():
        while not stop.is_set():
            for sql in BOMBS:
                try:
                    gate.rows(sql)
                except QueryError:
                    continue

    attacker = threading.Thread(target=attack)
    attacker.start()
    try:
        time.sleep(1)
        attacked = min(p95(), p95())
    finally:
        stop.set()
        attacker.join()
    print(f"p95 of others: {1000 * quiet:.0f} ms alone, {1000 * attacked:.0f} ms under attack")
    assert attacked <= 1.5 * quiet


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT 42", [[42]]),
        ("-- first\nWITH a AS (SELECT 1 AS b) SELECT b FROM a;", [[1]]),
        ("SELECT count(*) FROM latest_inspection", [[50]]),
        ("FROM main.part SELECT count(*)", [[50]]),
        ("SELECT sum(a) FROM (VALUES (1), (2)) v(a)", [[3]]),
        ("SELECT max(range) FROM range(10)", [[9]]),
        (
            "SELECT [1, NULL], {'a': 'b'}, DATE '2026-01-02'",
            [[[1, None], {"a": "b"}, "2026-01-02"]],
        ),
        ("SELECT 'nan'::DOUBLE, 2::HUGEINT ** 70, 1.50::DECIMAL(4, 2)", [["nan", 2.0**70, "1.50"]]),
        (
            "WITH RECURSIVE t AS (SELECT 1 n UNION ALL SELECT n + 1 FROM t WHERE n < 3) FROM t",
            [[1], [2], [3]],
        ),
        (
            "PIVOT latest_inspection ON station IN ('S1') USING count(*) GROUP BY line",
            [["L1", 50]],
        ),
    ],
)
def test_a_query_reads_what_is_published(gate, sql, rows):
    assert gate.rows(sql).rows == rows


def test_tables_are_described_summarised_and_explained(gate):
    assert gate.rows("DESCRIBE stain_table").rows[0][0] == "image"
    assert ["inspection"] in gate.rows("SHOW TABLES").rows
    assert gate.rows("SUMMARIZE latest_inspection").rows
    assert gate.rows("EXPLAIN SELECT 1").rows
    assert gate.rows("/* why slow */ explain analyze FROM part").columns[0].name == "explain_key"
    found = gate.rows("SELECT comment FROM duckdb_tables() WHERE table_name = 'inspection'").rows
    assert "One row per part" in found[0][0]


def test_an_answer_is_cut_at_its_rows_and_at_its_bytes_and_says_so(link):
    gate = QueryGate(link, QueryLimits(rows=300, answer_bytes=50_000))
    try:
        exact = gate.rows("FROM range(300)")
        more = gate.rows("FROM range(301)")
        wide = gate.rows("SELECT repeat('x', 1000) FROM range(300)")
    finally:
        gate.close()
    assert (len(exact.rows), exact.truncated) == (300, False)
    assert (len(more.rows), more.truncated) == (300, True)
    assert len(wide.rows) < 300
    assert wide.truncated


def test_a_file_holds_all_rows_with_their_types(gate, tmp_path):
    path = tmp_path / "answer.parquet"
    with gate.parquet("SELECT pass_id, captured_at FROM inspection ORDER BY 1 -- all") as file:
        path.write_bytes(file.read())
    frame = duckdb.sql(
        f"SELECT typeof(captured_at) AS kind, count(*) AS n FROM '{path}' GROUP BY 1"
    )
    assert frame.fetchall() == [("TIMESTAMP WITH TIME ZONE", 50)]
    with gate.stream("FROM range(2500)", whole=True) as stream:
        assert sum(len(piece) for piece in stream.rows()) == 2500
    assert not stream.truncated


def test_a_person_can_cancel_a_query(gate):
    told = []

    def ask():
        try:
            gate.rows("SELECT count(*) FROM range(10000000000000)", job="mine")
        except QueryError as error:
            told.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + 10
    while not gate.cancel("mine") and time.monotonic() < deadline:
        asking.join(0.01)
    asking.join(10)
    assert told == ["cancelled"]
    assert not gate.cancel("mine")


def test_a_cancel_that_is_quicker_than_the_request_is_a_cancel(gate, monkeypatch):
    send = QueryProcess.ask

    def late(process, request):
        process.cancel()
        gone = select.poll()
        gone.register(process.process, select.POLLIN)
        assert gone.poll(10_000)
        send(process, request)

    monkeypatch.setattr(QueryProcess, "ask", late)
    with pytest.raises(QueryError, match=r"^cancelled$"):
        gate.rows("SELECT 1")


def test_a_new_publication_is_seen_by_the_next_query(tmp_path, empty_master, build):
    site = Site(tmp_path / "site")
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    gate = QueryGate(site.current)
    with pytest.raises(NotPublishedError):
        gate.rows("SELECT 1")
    publish(site)
    first = gate.rows("SELECT count(*) FROM inspection")
    with open_master(site.master) as connection:
        write_batch(connection, build.part("p1"))
    publish(site)
    second = gate.rows("SELECT count(*) FROM inspection")
    gate.close()
    assert (first.rows, second.rows) == ([[0]], [[1]])
    assert first.as_of < second.as_of


def test_a_query_leaves_no_process_and_no_descriptor(gate):
    gate.warm()
    before = sorted(path.name for path in Path("/proc/self/fd").iterdir())
    for _ in range(3):
        gate.rows("SELECT 1")
        with pytest.raises(QueryError):
            gate.rows("SELECT no_such_column")
    assert sorted(path.name for path in Path("/proc/self/fd").iterdir()) == before


def test_too_many_queries_at_once_are_told_to_wait(link):
    gate = QueryGate(link, QueryLimits(at_once=1, queue_seconds=0.05))
    with gate.stream("FROM range(10)"), pytest.raises(QueryError, match="1 queries are running"):
        gate.rows("SELECT 1")
    gate.close()


def test_a_text_too_long_is_refused(gate):
    with pytest.raises(QueryError, match="20,000 bytes"):
        gate.rows("SELECT 1 --" + "x" * 20_000)
