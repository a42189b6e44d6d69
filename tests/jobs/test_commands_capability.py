import json

import numpy as np
import pytest

from jobs.cli import main

# luca-scr/qcc, tests/testthat/test-capability.R: three subgroups of four.
GROUPS = {
    "a": [10.0, 10.02, 9.98, 10.01],
    "b": [10.03, 9.99, 10.01, 10.0],
    "c": [9.97, 10.04, 10.02, 9.99],
}
LIMITS = ["--lsl", "9.9", "--usl", "10.1", "--target", "10"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "bores.csv"
    rows = [f"{lot},{value},2,50" for lot, values in GROUPS.items() for value in values]
    path.write_text("\n".join(["lot,bore,bad,seen", *rows, ""]), encoding="utf-8")
    return path


def run(capsys, *arguments):
    status = main([*map(str, arguments), "--json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return json.loads(printed.out)


def test_capability_prints_the_document_of_the_contract(capsys, table):
    document = run(capsys, "capability", table, "--value", "bore", "--subgroup", "lot", *LIMITS)
    assert list(document)[:5] == ["cp", "cpk", "pp", "ppk", "cpm"]
    assert set(document["cpk"]) == {"value", "low", "high"}
    assert document["estimator"] == "rbar"
    # qcc's own test file.
    assert document["pp"]["value"] == pytest.approx(1.612598, abs=3e-4)
    assert document["cpk"]["value"] == pytest.approx(1.304033, abs=3e-4)
    assert isinstance(document["ppm"], float)
    assert isinstance(document["equivalent_ppk"], float)


def test_subgroups_by_size_and_by_label_are_the_same(capsys, table):
    by_label = run(capsys, "capability", table, "--value", "bore", "--subgroup", "lot", *LIMITS)
    by_size = run(capsys, "capability", table, "--value", "bore", "--size", "4", *LIMITS)
    assert by_label == by_size


def test_capability_prints_a_table_and_names_its_intervals(capsys, table):
    assert main(["capability", str(table), "--value", "bore", *LIMITS]) == 0
    out = capsys.readouterr().out
    assert "method normal, estimator mr, 12 values" in out
    assert "interval of cpk, ppk: Bissell 1990" in out


def test_counts_have_the_capability_of_a_share(capsys, table):
    document = run(
        capsys, "capability", table, "--value", "bad", "--method", "binomial",
        "--opportunities", "seen",
    )  # fmt: skip
    # 24 of 600.
    assert document["ppm"] == pytest.approx(40_000)
    assert document["cp"]["value"] is None


def test_areas_with_zeros_get_a_share_beyond_the_limit(capsys, tmp_path):
    random = np.random.default_rng(0)
    areas = np.where(random.random(200) < 0.4, 0.0, np.exp(random.normal(size=200)))
    path = tmp_path / "areas.csv"
    path.write_text("area\n" + "\n".join(map(str, areas.tolist())) + "\n", encoding="utf-8")
    document = run(
        capsys, "capability", path, "--value", "area", "--usl", "20", "--method", "two-part"
    )
    assert document["ppm_interval"]["low"] < document["ppm"] < document["ppm_interval"]["high"]
    assert document["ppk"]["value"] == document["equivalent_ppk"]


def test_capability_writes_a_page_that_needs_nothing_else(capsys, table, tmp_path):
    page = tmp_path / "report.html"
    arguments = ["capability", str(table), "--value", "bore", *LIMITS, "--html", str(page)]
    assert main(arguments) == 0
    text = page.read_text("utf-8")
    assert text.count("<svg") == 1
    assert all(word in text for word in ("LSL 9.9", "USL 10.1", "cpk", "values from"))
    assert "http" not in text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--value", "nope", "--usl", "11"], "no column 'nope'"),
        (["--value", "lot", "--usl", "11"], "'a' in column 'lot' is no number"),
        (["--value", "bore"], "needs a specification limit"),
        (["--value", "bore", "--lsl", "2", "--usl", "1"], "lower limit 2 is not below"),
        (["--value", "bore", "--usl", "11", "--method", "cpk"], "no capability method 'cpk'"),
        (["--value", "bore", "--usl", "9", "--size", "4", "--subgroup", "lot"], "give one of them"),
        (["--value", "bad", "--method", "poisson", "--usl", "9"], "poisson takes no --usl"),
        (["--value", "bore", "--usl", "9", "--opportunities", "seen"], "takes no --opportunities"),
        (["--value", "bore", "--usl", "9", "--confidence", "95"], "between 0 and 1, but got 95"),
        (["--value", "bore", "--usl", "9", "--html", "/nowhere/x.html"], "cannot be written"),
    ],
)
def test_a_mistake_is_one_sentence(capsys, table, arguments, expected):
    assert main(["capability", str(table), *arguments]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("blemish: ")
    assert expected in last
