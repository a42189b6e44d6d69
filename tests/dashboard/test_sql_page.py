"""The SQL page without a browser: what is shown, said, kept and handed out."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO

import pytest

from dashboard.actions import DashboardActions
from dashboard.address import SqlView, query_of, read_view
from dashboard.app import build_app
from dashboard.pages.sql_callbacks import answered, kept, saved_choices
from dashboard.pages.sql_schema import quoted, sample, schema
from dashboard.sql_examples import EXAMPLES
from dashboard.sql_grid import grid, status
from warehouse.adhoc import ColumnDescription, TableDescription
from warehouse.connection import create_master
from warehouse.errors import QueryError, TransitionError
from warehouse.gate.gate import Answer, Column, QueryGate, Stream
from warehouse.journal.saved_queries import SavedQuery
from warehouse.publish import publish
from warehouse.site import Site

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
TABLE = TableDescription(
    "part", "view", "One row per part", (ColumnDescription("Total%", "DOUBLE", "Share, %"),)
)


def answer(rows, *, names=("a",), kind="VARCHAR", truncated=False):
    columns = tuple(Column(name, kind) for name in names)
    return Answer(columns, rows, truncated, 0.042, NOW)


class HandDesk:
    """Answers from memory; `sql` that begins with "bad" is refused."""

    def __init__(self):
        self.asked = []
        self.kept = {}

    def run(self, sql, job):
        self.asked.append((sql, job))
        if sql.startswith("bad"):
            raise QueryError("/srv/line-7/warehouse/serve-1.duckdb: no such table")
        return answer([["=1+1"]])

    def cancel(self, job):
        self.asked.append(job)
        return True

    @contextmanager
    def stream(self, sql):
        if sql.startswith("bad"):
            raise QueryError("no such table")
        frames = iter([{"rows": [["=1+1", 2, None]]}, {"truncated": sql.startswith("long")}])
        yield Stream(
            (Column("@name", "VARCHAR"), Column("n", "BIGINT"), Column("c", "X")), NOW, frames
        )

    @contextmanager
    def parquet(self, sql):
        yield BytesIO(b"PAR1" + sql.encode())

    def tables(self):
        return [TABLE]

    def saved(self):
        return [self.kept[name] for name in sorted(self.kept)]

    def save(self, row):
        if row.name in self.kept and self.kept[row.name].owner != row.owner:
            raise TransitionError("belongs to another")
        self.kept[row.name] = row

    def drop(self, name, *, who, now):
        del self.kept[name]


@pytest.fixture
def desk():
    return HandDesk()


@pytest.fixture
def client(reader, clock, desk):
    app = build_app(reader, clock=clock, site_name="Plant 7", actions=DashboardActions(), sql=desk)
    return app.server.test_client()


def text_of(component):
    return json.dumps(component.to_plotly_json(), default=lambda one: one.to_plotly_json())


def test_a_grid_shows_every_value_under_its_column_even_when_names_repeat():
    shown = grid(answer([[1, {"a": [1]}], [None, "<b>"]], names=("a.b", "a.b")))
    assert [column["headerName"] for column in shown.columnDefs] == ["a.b", "a.b"]
    assert shown.rowData == [{"c0": 1, "c1": '{"a": [1]}'}, {"c0": None, "c1": "<b>"}]


def test_a_plan_is_shown_as_it_was_drawn():
    plan = grid(answer([["physical_plan", "┌──┐"]], names=("explain_key", "explain_value")))
    assert plan.children == "┌──┐"


def test_the_words_above_an_answer_count_and_tell_the_age(clock):
    whole = text_of(status(answer([["x"]]), clock))
    cut = text_of(status(answer([["x"]] * 1000, truncated=True), clock))
    assert "1 row" in whole
    assert "truncated" not in whole
    assert "42 ms" in whole
    assert "as of 20 May 2026, 06:00" in whole
    assert "1,000 rows" in cut
    assert "truncated at 1,000" in cut


def test_a_refused_query_says_why_without_the_folders_of_the_server(desk):
    result, said = answered(desk, None, "bad", "job")
    assert said is None
    assert "serve-1.duckdb: no such table" in text_of(result)
    assert "/srv" not in text_of(result)


def test_a_link_brings_the_query_back():
    view = SqlView(query="SELECT 'a&b' -- ü\nFROM part")
    assert read_view(SqlView, query_of(view)) == view
    assert read_view(SqlView, "?query=" + "x" * 5000).query == ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_query_of_the_present_schema(name, example_gate):
    assert example_gate.rows(EXAMPLES[name]).columns


@pytest.fixture(scope="module")
def example_gate(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.create_folders()
    create_master(site.master)
    publish(site)
    gate = QueryGate(site.current)
    yield gate
    gate.close()


def test_the_schema_explains_and_inserts_quoted_names():
    words = text_of(schema([TABLE])[0])
    assert "One row per part" in words
    assert '"data-insert": "\\"Total%\\""' in words
    assert quoted('a"b') == '"a""b"'


def test_sample_rows_stand_beside_their_names():
    words = text_of(sample(answer([["x" * 50], [None]]), "part"))
    assert "x" * 27 + "…" in words.encode().decode("unicode_escape")
    assert "No rows yet" in text_of(sample(answer([]), "part"))


def test_a_query_is_kept_with_its_owner(desk):
    row = SavedQuery("yield", "QE Four", "SELECT 1", NOW)
    assert kept(desk, row, drops=False) == "Saved as 'yield'."
    assert saved_choices(desk) == [{"value": "yield", "label": "yield (QE Four)"}]
    other = SavedQuery("yield", "M. Roth", "SELECT 2", NOW)
    assert kept(desk, other, drops=False) == "belongs to another"
    assert kept(desk, row, drops=True) == "Removed 'yield'."
    nameless = SavedQuery("", "QE Four", "SELECT 1", NOW)
    assert kept(desk, nameless, drops=False).startswith("Please give the query a name")


def test_a_csv_holds_nothing_that_a_spreadsheet_runs(client):
    got = client.post("/sql/download", data={"query": "SELECT", "format": "csv"})
    assert got.headers["Content-Disposition"] == 'attachment; filename="query.csv"'
    assert got.get_data(as_text=True).splitlines() == ["'@name,n,c", "'=1+1,2,"]
    cut = client.post("/sql/download", data={"query": "long", "format": "csv"})
    assert cut.get_data(as_text=True).splitlines()[-1].startswith("# truncated")


def test_a_parquet_file_is_handed_out_as_it_is(client):
    got = client.post("/sql/download", data={"query": "x", "format": "parquet"})
    assert got.data == b"PAR1x"
    assert got.headers["Content-Disposition"] == 'attachment; filename="query.parquet"'


def test_a_download_that_fails_says_why(client):
    got = client.post("/sql/download", data={"query": "bad", "format": "csv"})
    assert (got.status_code, got.get_data(as_text=True)) == (422, "no such table\n")


def test_a_page_of_another_site_gets_no_file(client):
    got = client.post(
        "/sql/download", data={"query": "x"}, headers={"Origin": "https://evil.example"}
    )
    assert got.status_code == 403
    assert client.get("/sql/download").status_code in {200, 405}
    assert b"PAR1" not in client.get("/sql/download").data
