"""What a query answers: rows, types, files, descriptions, and where it is cut."""

import duckdb
import pytest

from warehouse.errors import QueryError
from warehouse.gate.gate import QueryGate
from warehouse.gate.limits import QueryLimits


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


def test_a_text_too_long_is_refused(gate):
    with pytest.raises(QueryError, match="20,000 bytes"):
        gate.rows("SELECT 1 --" + "x" * 20_000)


def test_a_row_too_long_for_a_page_is_told_and_a_parquet_file_holds_it(gate, tmp_path):
    sql = "SELECT repeat('x', 5000000) AS words"
    with pytest.raises(QueryError, match="a row of the answer has more than 4 MiB"):
        gate.rows(sql)
    with gate.parquet(sql) as file:
        (tmp_path / "long.parquet").write_bytes(file.read())
    found = duckdb.sql(f"SELECT length(words) FROM '{tmp_path}/long.parquet'")
    assert found.fetchall() == [(5_000_000,)]


def test_a_file_is_cut_at_its_rows(link, tmp_path):
    gate = QueryGate(link, QueryLimits(rows=100, file_rows=400))
    try:
        with gate.stream("FROM range(500)", whole=True) as stream:
            rows = [row for piece in stream.rows() for row in piece]
        with gate.parquet("FROM range(500)") as file:
            (tmp_path / "cut.parquet").write_bytes(file.read())
    finally:
        gate.close()
    assert (len(rows), rows[-1], stream.truncated) == (400, [399], True)
    found = duckdb.sql(f"SELECT count(*), max(range) FROM '{tmp_path}/cut.parquet'")
    assert found.fetchall() == [(400, 399)]


def test_a_file_beyond_its_bytes_is_refused_in_words(link):
    gate = QueryGate(link, QueryLimits(file_bytes=4_096))
    try:
        with (
            pytest.raises(QueryError, match="the file would be larger"),
            gate.parquet("SELECT md5(range::VARCHAR) FROM range(1000)"),
        ):
            pass
    finally:
        gate.close()
