import json
import math

import pytest

from jobs.cli import main
from jobs.errors import InputError
from jobs.tables.chart_table import read_table

# NIST/SEMATECH e-Handbook 6.3.2.2, flow rate: the first ten values.
VALUES = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "flow.csv"
    lines = [f"{number},{value},x" for number, value in enumerate(VALUES)]
    path.write_text("\n".join(["no,flow,<b>note</b>", *lines, ""]), encoding="utf-8")
    return path


def test_chart_prints_the_document_of_the_contract(capsys, table):
    assert main(["chart", str(table), "--value", "flow", "--chart", "imr", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document)[:6] == ["chart", "rules", "estimator", "center", "sigma", "phase"]
    assert [panel["name"] for panel in document["panels"]] == ["individuals", "moving-range"]
    # The handbook: centre 50.81, moving ranges on average 1.8778, limits 50.81 ± 2.66 × 1.8778.
    assert document["center"] == pytest.approx(50.81)
    assert document["panels"][0]["ucl"][0] == pytest.approx(55.8041, abs=2e-3)
    assert document["panels"][1]["value"][0] is None


def test_chart_prints_a_table_of_limits_and_signals(capsys, table):
    with table.open("a") as file:
        file.write("10,99.0,x\n")
    arguments = ["chart", str(table), "--value", "flow", "--chart", "imr", "--baseline", "1:10"]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "provisional" in out
    assert "1 point beyond the control limit" in out


def test_chart_chooses_the_kind_by_the_data_and_says_so(capsys, table):
    assert main(["chart", str(table), "--value", "flow", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["chart"] == "imr"
    assert printed.err.startswith("chart imr: ")
    assert main(["chart", str(table), "--value", "flow", "--advise"]) == 0
    assert capsys.readouterr().out.startswith("imr: ")
    assert main(["chart", str(table), "--value", "flow", "--advise", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["chart"] == "imr"


def test_chart_writes_a_page_that_needs_nothing_else(capsys, table, tmp_path):
    page = tmp_path / "chart.html"
    assert (
        main(["chart", str(table), "--value", "flow", "--chart", "imr", "--html", str(page)]) == 0
    )
    text = page.read_text("utf-8")
    assert text.count("<svg") == 2
    assert "http" not in text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--value", "nope"], "no column 'nope' in the first line"),
        (["--value", "no", "--value", "flow"], "one --value makes one chart"),
        (["--value", "flow", "--chart", "zzz"], "chart kind 'zzz' is not available"),
        (["--value", "flow", "--rules", "zzz"], "zzz"),
        (["--value", "flow", "--baseline", "1-20"], "--baseline takes first:last, such as 1:20"),
        (["--value", "flow", "--baseline", "5:99", "--chart", "imr"], "99"),
        (["--value", "<b>note</b>"], "row 2: 'x' in column '<b>note</b>' is no number"),
        (["--value", "flow", "--center", "1", "--target", "2"], "give one of them"),
        (["--value", "flow", "--html", "/nowhere/x.html"], "/nowhere/x.html cannot be written"),
    ],
)
def test_a_mistake_in_a_chart_is_one_sentence(capsys, table, arguments, expected):
    assert main(["chart", str(table), *arguments]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("blemish: ")
    assert expected in last


def test_a_table_is_read_in_other_dialects(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("Maß;Los\n1,5;A\n;B\nNaN;B\n".encode("latin-1"))
    table = read_table(path, ["Maß", "Los"])
    numbers = table.numbers("Maß")
    assert numbers[0] == 1.5
    assert all(math.isnan(number) for number in numbers[1:])
    assert table.labels("Los") == ["A", "B", "B"]


def test_a_table_without_rows_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("x\n", encoding="utf-8")
    with pytest.raises(InputError, match="has a header and no rows"):
        read_table(tmp_path / "t.csv", ["x"])
