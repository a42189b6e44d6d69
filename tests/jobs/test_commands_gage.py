import json

import pytest

from jobs.cli import main

# Two parts that differ by 4, repeats that differ by 1, two operators alike, by hand.
ROWS = [
    "p1,ann,0,ok,ok", "p1,ann,1,ok,ok", "p2,ann,4,scratch,scratch", "p2,ann,5,scratch,scratch",
    "p1,bob,0,ok,ok", "p1,bob,1,ok,ok", "p2,bob,4,ok,scratch", "p2,bob,5,ok,scratch",
]  # fmt: skip


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "study.csv"
    path.write_text("\n".join(["part,who,length,seen,truth", *ROWS, ""]), encoding="utf-8")
    return path


@pytest.fixture
def arguments(table):
    return ["gage", str(table), "--part", "part", "--operator", "who"]


def test_gage_prints_the_document_of_the_contract(capsys, arguments):
    assert main([*arguments, "--value", "length", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document)[:9] == [
        "ev", "av", "grr", "pv", "tv", "grr_percent_tv", "ndc", "interaction_p", "pooled",
    ]  # fmt: skip
    # By hand: no interaction, so the error is pooled: 2 over 4 + 1 degrees of freedom.
    assert document["pooled"] is True
    assert document["interaction_p"] == pytest.approx(1.0)
    assert document["ev"] ** 2 == pytest.approx(2 / 5)
    # Mean square of parts 32; (32 − .4) / 4.
    assert document["pv"] ** 2 == pytest.approx(7.9)
    assert document["av"] == 0


def test_gage_prints_a_table_and_a_verdict(capsys, arguments):
    assert main([*arguments, "--value", "length", "--tolerance", "12"]) == 0
    out = capsys.readouterr().out
    assert "2 parts, 2 operators, 2 trials" in out
    assert "GRR is 22.0 % of the total variation" in out
    assert "conditional" in out
    assert "% of the tolerance" in out
    assert main([*arguments, "--value", "length", "--method", "range", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["method"] == "range"


def test_judgements_are_compared_with_the_truth(capsys, arguments):
    judged = ["--value", "seen", "--method", "attribute", "--reference", "truth"]
    assert main([*arguments, *judged, "--bad", "scratch", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    ann, bob = document["operators"]
    assert (ann["effectiveness"]["value"], bob["effectiveness"]["value"]) == (1.0, 0.5)
    assert (ann["missed"], bob["missed"]) == (0.0, 1.0)
    assert main([*arguments, *judged]) == 0
    assert "Fleiss' kappa" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--value", "seen"], "'ok' in column 'seen' is no number"),
        (["--value", "length", "--method", "zzz"], "no gage method 'zzz'; the methods are: anova"),
        (["--value", "length", "--alpha", "2"], "p-value between 0 and 1, but got 2"),
        (["--value", "length", "--tolerance", "0"], "width of the specification"),
        (["--value", "length", "--bad", "x"], "takes no --reference and no --bad"),
        (["--value", "length", "--confidence", "2"], "confidence must be between 0 and 1"),
        (["--value", "seen", "--method", "attribute", "--tolerance", "1"], "takes no --tolerance"),
        (["--value", "nope"], "no column 'nope'"),
    ],
)
def test_a_mistake_is_one_sentence(capsys, arguments, options, expected):
    assert main([*arguments, *options]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("blemish: ")
    assert expected in last


def test_an_unbalanced_study_is_refused_and_names_the_part(capsys, table, arguments):
    with table.open("a") as file:
        file.write("p1,ann,2,ok,ok\n")
    assert main([*arguments, "--value", "length"]) == 2
    assert "part 'p1' was measured 3 times by operator 'ann'" in capsys.readouterr().err
