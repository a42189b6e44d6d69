import json
import math
import re

import numpy as np
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


@pytest.fixture
def parts(tmp_path):
    random = np.random.default_rng(3)
    path = tmp_path / "parts.csv"
    rows = ["time,lot,width,depth,gap,type,target,stage"]
    for index in range(60):
        width, depth = random.normal(10, 1), random.normal(5, 1)
        kind = "ab"[index // 6 % 2]
        rows.append(
            f"2026-05-04T{6 + index // 6:02}:{index % 6}0:00,{index // 4},{width:.3f},{depth:.3f},"
            f"{random.geometric(0.1) - 1},{kind},10,{'one' if index < 30 else 'two'}"
        )
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "panels"),
    [
        (["--value", "width", "--chart", "three-way", "--subgroup", "lot"], ["means", "moving-range", "range"]),
        (["--value", "width", "--chart", "xbar-s", "--window", "2h", "--time", "time"], ["means", "standard-deviation"]),
        (["--value", "gap", "--chart", "g", "--method", "probability"], ["opportunities"]),
        (["--value", "gap", "--chart", "t"], ["times"]),
        (["--value", "width", "--chart", "ma", "--size", "4"], ["moving-average"]),
        (["--value", "width", "--chart", "residual", "--autocorrelation", "arma11"], ["residuals"]),
        (["--value", "width", "--chart", "ewma", "--autocorrelation", "ar1"], ["ewma"]),
        (["--value", "gap", "--chart", "cusum", "--law", "nb"], ["cusum-high"]),
        (["--value", "width,depth", "--chart", "t2"], ["t2"]),
        (["--value", "width", "--value", "depth", "--chart", "mewma", "--arl", "200"], ["mewma"]),
        (["--value", "width", "--chart", "z", "--subgroup", "type"], ["z", "moving-range"]),
        (["--value", "width", "--chart", "z", "--part", "type", "--targets", "target"], ["z", "moving-range"]),
        (["--value", "width", "--chart", "run"], ["run"]),
        (["--value", "width", "--chart", "imr", "--stage", "stage"], ["individuals", "moving-range"]),
        (["--value", "width", "--chart", "imr", "--rules", "nelson-1,7-trend"], ["individuals", "moving-range"]),
    ],
)  # fmt: skip
def test_every_new_chart_can_be_had_on_the_command_line(capsys, parts, tmp_path, arguments, panels):
    page = tmp_path / "page.html"
    assert main(["chart", str(parts), *arguments, "--json", "--html", str(page)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [panel["name"] for panel in document["panels"]][: len(panels)] == panels
    assert page.read_text("utf-8").count("<svg") == len(document["panels"])


def test_exclusions_and_trial_limits_are_told(capsys, table):
    with table.open("a") as file:
        file.write("10,99.0,x\n")
    arguments = ["chart", str(table), "--value", "flow", "--chart", "imr"]
    assert main([*arguments, "--exclude", "11:<i>spilt</i>", "--json"]) == 0
    phase = json.loads(capsys.readouterr().out)["phase"]
    assert phase["exclusions"] == [{"index": 11, "reason": "<i>spilt</i>"}]
    page = table.with_suffix(".html")
    assert main([*arguments, "--exclude", "11:<i>spilt</i>", "--html", str(page)]) == 0
    assert "<i>spilt</i>" in capsys.readouterr().out
    assert "&lt;i&gt;spilt&lt;/i&gt;" in page.read_text("utf-8")
    assert main([*arguments, "--trial-limits"]) == 0
    assert "outside the trial limits of step 1" in capsys.readouterr().out


def test_signals_of_several_columns_name_the_one_to_blame(capsys, parts):
    with parts.open("a") as file:
        file.write("2026-05-04T20:00:00,15,10.0,12.0,3,a,10,two\n")
    arguments = ["chart", str(parts), "--value", "width,depth", "--chart", "t2"]
    assert main([*arguments, "--baseline", "1:60"]) == 0
    out = capsys.readouterr().out
    assert "mostly by" in out
    assert out.split("61", 1)[1].splitlines()[0].split()[-1] == "depth"


def test_rules_are_read_from_a_file(capsys, table, tmp_path):
    rules = tmp_path / "own.json"
    rules.write_text('[{"pattern": "beyond", "n": 1, "m": 1, "k": 1}]', encoding="utf-8")
    arguments = ["chart", str(table), "--value", "flow", "--chart", "imr", "--rules", str(rules)]
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["rules"] == "1-of-1-beyond-1"
    assert {signal["rule"] for signal in document["signals"]} == {"1-of-1-beyond-1"}
    rules.write_text("{", encoding="utf-8")
    assert main(arguments) == 2
    assert str(rules) in capsys.readouterr().err
    assert main([*arguments[:-1], str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_the_page_says_where_the_limits_come_from_and_what_they_cost(table):
    with table.open("a") as file:
        file.writelines(f"{number},{50 + number % 3},x\n" for number in range(10, 30))
        file.write("30,80.0,x\n")
    page = table.with_suffix(".html")
    arguments = ["chart", str(table), "--value", "flow", "--chart", "imr", "--baseline", "1:30"]
    assert main([*arguments, "--html", str(page)]) == 0
    text = page.read_text("utf-8")
    assert "mean and mean moving range / d2" in text
    assert "points 1 to 30" in text
    assert "1 point beyond the control limit" in text
    assert re.search(r"\d of 1000 points would be flagged, in [\d.]+ false alarms", text)


def test_a_long_series_makes_a_page_of_bounded_size(tmp_path):
    path = tmp_path / "long.csv"
    values = np.random.default_rng(4).normal(size=60_000)
    path.write_text("\n".join(["x", *(f"{value:.4f}" for value in values), ""]), encoding="utf-8")
    page = tmp_path / "long.html"
    options = ["--center", "0", "--sigma", "1", "--rules", "beyond-limits"]
    assert main(["chart", str(path), "--value", "x", "--chart", "imr", *options, "--html", str(page)]) == 0  # fmt: skip
    assert page.stat().st_size < 600_000


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
        (
            ["--value", "flow", "--chart", "zzz"],
            "there is no chart kind 'zzz'; the kinds are: imr, c",
        ),
        (["--value", "flow", "--rules", "zzz"], "zzz"),
        (["--value", "flow", "--baseline", "1-20"], "--baseline takes first:last, such as 1:20"),
        (["--value", "flow", "--baseline", "5:99", "--chart", "imr"], "99"),
        (["--value", "<b>note</b>"], "row 2: 'x' in column '<b>note</b>' is no number"),
        (["--value", "flow", "--center", "1", "--target", "2"], "give one of them"),
        (["--value", "flow", "--html", "/nowhere/x.html"], "/nowhere/x.html cannot be written"),
        (["--value", "flow", "--chart", "t2"], "a t2 chart takes two columns or more"),
        (
            ["--value", "flow", "--chart", "imr", "--exclude", "0:x"],
            "--exclude takes a point from 1",
        ),
        (["--value", "flow", "--chart", "imr", "--exclude", "99:x"], "point 99 cannot be excluded"),
        (["--value", "flow", "--chart", "xbar-r", "--window", "8 ells"], "--window takes a length"),
        (["--value", "flow", "--chart", "imr", "--time", "<b>note</b>"], "row 2: 'x' in column"),
        (["--value", "no,flow", "--chart", "imr"], "no column 'no,flow'"),
        (["--value", "flow", "--value", "no", "--advise"], "several columns make a chart with"),
        (["--value", "flow", "--advise", "--k", "2"], "--advise chooses chart and rules itself"),
        (["--value", "flow", "--advise", "--baseline", "1:99"], "does not lie within the points"),
        (["--value", "no", "--advise", "--opportunities", "<b>note</b>"], "is no number"),
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


def test_decimal_commas_within_quotes_are_read_and_doubtful_ones_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('x,y,z\n"0,5","1,234",\n"12,25","2,000",\n', encoding="utf-8")
    table = read_table(path, ["x", "y", "z"])
    assert table.numbers("x") == [0.5, 12.25]
    with pytest.raises(InputError, match="row 2: the comma of '1,234' in column 'y' may be"):
        table.numbers("y")
    with pytest.raises(InputError, match="column 'z' has no number in any row"):
        table.numbers("z")


def test_times_are_read_as_iso_dotted_or_seconds(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("t\n2026-05-04T13:30:00\n04.05.2026 13:31\n1777901520\n", encoding="utf-8")
    times = read_table(path, ["t"]).times("t")
    # By hand: a minute lies between each and the next.
    assert [times[1] - times[0], times[2] - times[1]] == [60.0, 60.0]


def test_advice_takes_opportunities_subgroups_and_times(capsys, tmp_path):
    random = np.random.default_rng(5)
    path = tmp_path / "t.csv"
    rows = ["count,inspected,width,lot,time"]
    lots = np.repeat(random.normal(0, 1, 60), 3)
    for index, lot in enumerate(lots):
        inspected = int(random.integers(60, 200))
        rows.append(
            f"{random.binomial(inspected, 0.1)},{inspected},{lot + random.normal():.3f},L{index // 3},"
            f"{index * 60}"
        )
    path.write_text("\n".join(rows), encoding="utf-8")
    arguments = ["chart", str(path), "--advise", "--json"]
    assert main([*arguments, "--value", "count", "--opportunities", "inspected"]) == 0
    assert json.loads(capsys.readouterr().out)["textbook"]["chart"] == "p"
    assert main([*arguments, "--value", "width", "--subgroup", "lot"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["textbook"]["chart"] == "xbar-r"
    assert document["chart"] in ("three-way", "combined")
    assert main([*arguments, "--value", "width", "--time", "time", "--size", "3"]) == 0
    assert json.loads(capsys.readouterr().out)["facts"]["n"] == 60
    # Few points of an hour: the textbook's kind, and why there is no more.
    assert main([*arguments, "--value", "width", "--time", "time", "--window", "1h"]) == 0
    assert "too few to advise on" in json.loads(capsys.readouterr().out)["advice"]


def test_a_table_without_rows_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("x\n", encoding="utf-8")
    with pytest.raises(InputError, match="has a header and no rows"):
        read_table(tmp_path / "t.csv", ["x"])


def test_advice_names_a_chart_beside_the_textbooks_with_what_both_cost(capsys, parts):
    arguments = ["chart", str(parts), "--value", "width"]
    assert main([*arguments, "--advise", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["chart"] == document["recommended"]["chart"] == "combined"
    assert document["textbook"]["chart"] == "imr"
    assert document["recommended"]["cost"]["episodes_per_1000"] > 0
    assert main([*arguments, "--advise"]) == 0
    assert "until doubled" in capsys.readouterr().out
    # Sixty values and no wish: the advised chart is drawn; a wish for rules is a wish for their chart.
    assert main([*arguments, "--json"]) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert [panel["name"] for panel in drawn["panels"]] == [
        "individuals",
        "residual",
        "running-average",
    ]
    assert drawn["episodes_per_1000"] == document["recommended"]["cost"]["episodes_per_1000"]
    assert main([*arguments, "--json", "--rules", "western-electric"]) == 0
    assert json.loads(capsys.readouterr().out)["chart"] == "imr"
    assert main([*arguments, "--budget", "0.5"]) == 2
    assert "the budget must be in [0.0001, 0.1]" in capsys.readouterr().err
