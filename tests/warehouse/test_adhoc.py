import shutil

import pandas as pd
import pytest

from warehouse.adhoc import QueryResult, run_query, schema_description
from warehouse.batch import write_batch
from warehouse.connection import open_master
from warehouse.errors import NotPublishedError, QueryError
from warehouse.publish import publish
from warehouse.site import Site
from warehouse.snapshot import SnapshotReader


@pytest.fixture(scope="module")
def link(tmp_path_factory, empty_master, build):
    """A published snapshot; nothing here can change it."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    with open_master(site.master) as connection:
        write_batch(connection, build.batch(build.part("p1"), build.part("p2", at=build.at(1))))
    publish(site)
    return site.current


def test_a_query_gives_columns_and_python_values(link, build):
    result = run_query(link, "SELECT pass_id, captured_at, passed FROM inspection ORDER BY 1;")
    assert result == QueryResult(
        columns=("pass_id", "captured_at", "passed"),
        rows=[("p1", build.start, None), ("p2", build.at(1), None)],
        truncated=False,
    )


def test_a_limit_says_that_there_was_more(link):
    sql = "SELECT pass_id FROM inspection ORDER BY 1"
    assert run_query(link, sql, limit=1) == QueryResult(("pass_id",), [("p1",)], truncated=True)
    assert not run_query(link, sql, limit=2).truncated


def test_a_query_may_explain_describe_and_name_things(link):
    assert run_query(link, "DESCRIBE stain_table").rows[0][0] == "image"
    assert run_query(link, "SHOW TABLES").rows
    assert run_query(link, "EXPLAIN SELECT 1").rows
    assert run_query(link, "WITH a AS (SELECT 1 AS b) SELECT b FROM a").rows == [(1,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("", "one SELECT at a time, got 0"),
        ("SELECT 1; SELECT 2", "one SELECT at a time, got 2"),
        ("SELEC 1", "syntax error"),
        ("SELECT no_such_column FROM inspection", "no_such_column"),
        (
            "DELETE FROM inspection",
            "only SELECT, EXPLAIN, DESCRIBE and SUMMARIZE are allowed here, got DELETE",
        ),
        ("EXPLAIN ANALYZE DELETE FROM inspection", "only SELECT"),
        ("EXPLAIN ANALYZE COPY inspection TO '/tmp/x.csv'", "only SELECT"),
        ("CREATE TEMP TABLE inspection AS SELECT 1", "only SELECT"),
        ("SET threads = 1", "only SELECT"),
        ("PRAGMA enable_profiling", "only SELECT"),
        ("ATTACH '/tmp/x.db' AS x", "only SELECT"),
        ("COPY inspection TO '/tmp/x.csv'", "only SELECT"),
        ("INSTALL httpfs", "only SELECT"),
        ("SELECT content FROM read_text('/etc/passwd')", "disabled by configuration"),
        ("SELECT * FROM '/etc/passwd'", r"disabled by configuration|does not exist"),
        ("SELECT * FROM secret", "secret does not exist"),
    ],
)
def test_what_is_no_query_is_refused_in_one_line(link, sql, message):
    # A variable of the caller, which DuckDB would find by its name if it were let.
    secret = pd.DataFrame({"token": ["x"]})
    assert len(secret) == 1
    with pytest.raises(QueryError, match=message) as caught:
        run_query(link, sql)
    assert "\n" not in str(caught.value)


def test_an_error_while_running_is_a_query_error(link):
    with pytest.raises(QueryError, match="Could not convert"):
        run_query(link, "SELECT CAST(pass_id AS INTEGER) FROM inspection")


def test_a_query_runs_beside_the_pages(link):
    reader = SnapshotReader(link)
    with reader.read():
        assert run_query(link, "SELECT count(*) FROM inspection").rows == [(2,)]
    reader.close()


def test_there_is_nothing_to_query_before_a_publication(site):
    with pytest.raises(NotPublishedError, match="nothing is published yet"):
        run_query(site.current, "SELECT 1")


def test_the_schema_explains_every_column_views_first(link):
    tables = schema_description(link)
    assert [table.kind for table in tables] == sorted(
        (table.kind for table in tables), reverse=True
    )
    by_name = {table.name: table for table in tables}
    report = by_name["stain_table"]
    assert report.kind == "view"
    assert [column.name for column in report.columns][-1] == "TotalStain%"
    assert all(table.comment for table in tables)
    assert all(column.comment and column.type for table in tables for column in table.columns)
