import csv
import json
import signal
import socket
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime

import pytest

from jobs.cli import main
from jobs.commands.output import plain, printable
from jobs.demo import DemoReport
from jobs.errors import ServeError
from jobs.monitor import MonitorReport
from jobs.nightly import RunReport
from jobs.serving import _check_free
from warehouse.lock import run_lock


@pytest.fixture
def filled(site, picture):
    """A site with three parts and a file that is none in its inbox."""
    for number in range(3):
        (site.inbox / f"A{number}.png").write_bytes(picture((10, 10, 6 + number)))
    (site.inbox / "notes.txt").write_bytes(b"x")
    return site


def read_json(capsys):
    return json.loads(capsys.readouterr().out)


def test_init_says_what_comes_next(capsys, tmp_path):
    assert main(["init", str(tmp_path / "site")]) == 0
    assert f"blemish run --site {tmp_path / 'site'}" in capsys.readouterr().out
    assert main(["init", str(tmp_path / "site")]) == 2
    assert "is a site already" in capsys.readouterr().err


@pytest.mark.usefixtures("in_process")
def test_a_site_from_its_inbox_to_sql(capsys, filled):
    site = ["--site", str(filled.root)]
    assert main(["ingest", *site, "--json"]) == 0
    first = read_json(capsys)
    assert (first["seen"], first["measured"], first["ignored"]) == (4, 3, 1)
    assert main(["run", *site, "--json"]) == 0
    run = read_json(capsys)
    assert run["ingest"]["known"] == 4
    assert run["problems"] == []
    assert main(["sql", *site, "SELECT * FROM stain_table", "--format", "json"]) == 0
    rows = read_json(capsys)
    assert len(rows) == 3
    assert {"NumberOfStains", "LargestStainArea", "LargestStainRadius", "TotalStain%"} <= set(
        rows[0]
    )
    assert (
        main(["sql", *site, "SELECT part_id, captured_at FROM inspection", "--format", "csv"]) == 0
    )
    table = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert table[0] == ["part_id", "captured_at"]
    assert sorted(row[0] for row in table[1:]) == ["A0", "A1", "A2"]
    assert main(["sql", *site, "SELECT count(*) AS parts FROM inspection"]) == 0
    assert capsys.readouterr().out.split() == ["parts", "─────", "3"]
    assert main(["sql", *site, "--schema"]) == 0
    assert "stain_table" in capsys.readouterr().out
    assert main(["monitor", *site, "--json", "--check"]) == 0
    assert read_json(capsys)["new_signals"] == []


@pytest.mark.usefixtures("in_process")
def test_ingest_run_and_monitor_print_sentences(capsys, filled):
    site = ["--site", str(filled.root)]
    assert main(["ingest", *site]) == 0
    out = capsys.readouterr().out
    assert "WRONG_TYPE" in out
    assert "4 files seen = 3 measured + 0 quarantined + 1 ignored + 0 deferred + 0 known" in out
    assert main(["run", *site]) == 0
    assert "published serve-" in capsys.readouterr().out
    assert main(["monitor", *site]) == 0
    assert "0 new signals" in capsys.readouterr().out


def test_sql_refuses_what_is_no_select_and_says_when_nothing_is_published(capsys, filled):
    site = ["--site", str(filled.root)]
    assert main(["sql", *site]) == 2
    assert "give a SELECT in quotes" in capsys.readouterr().err
    assert main(["sql", *site, "SELECT 1"]) == 2
    assert capsys.readouterr().err.startswith("blemish: ")


@pytest.mark.usefixtures("in_process")
def test_sql_says_what_the_database_says_in_one_line(capsys, site):
    assert main(["run", "--site", str(site.root)]) == 0
    capsys.readouterr()
    for statement in ("SELECT nope FROM inspection", "DROP TABLE image", "SELEC 1"):
        assert main(["sql", "--site", str(site.root), statement]) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("in_process")
def test_a_csv_holds_no_formula_and_a_table_no_escape(capsys, site):
    assert main(["run", "--site", str(site.root)]) == 0
    capsys.readouterr()
    statement = "SELECT '=1+1' AS a, -1 AS b, NULL AS c, [1, 2] AS d"
    assert main(["sql", "--site", str(site.root), statement, "--format", "csv"]) == 0
    assert capsys.readouterr().out == "a,b,c,d\n'=1+1,-1,,1 2\n"
    assert main(["sql", "--site", str(site.root), "SELECT chr(27) || '[2J' AS a"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_run_beside_another_is_refused_with_who_runs(capsys, site):
    with run_lock(site.lock_file, "the night"):
        for command in ("ingest", "run", "monitor"):
            assert main([command, "--site", str(site.root)]) == 2
            assert "in progress" in capsys.readouterr().err


def test_a_step_that_fails_is_said_and_the_status_tells(capsys, site):
    site.inbox.rmdir()
    assert main(["run", "--site", str(site.root), "--json"]) == 2
    printed = capsys.readouterr()
    assert "source missing" in json.loads(printed.out)["problems"][0]
    assert printed.err.startswith("blemish: ingest: source missing")


def test_serve_announces_its_address_answers_and_ends_on_a_signal(site, repository):
    command = [sys.executable, "-m", "jobs", "serve", "--site", str(site.root), "--port", "0"]
    process = subprocess.Popen(
        command, cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address = process.stdout.readline().rpartition(" ")[2].strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert "terminate called" not in errors


def test_an_address_that_is_taken_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ServeError, match=f"cannot listen on 127.0.0.1:{port}: .* choose another"
        ):
            _check_free("127.0.0.1", port)
    with pytest.raises(ServeError, match="cannot listen on"):
        _check_free("host.invalid", 8050)


def test_what_json_cannot_say_is_null_or_text():
    assert plain({"a": float("nan"), "b": (1, 2.5), "c": b"\xff"}) == {
        "a": None,
        "b": [1, 2.5],
        "c": "ff",
    }


def test_controls_are_written_out():
    assert printable("a\nb\u202e") == "a\\nb\\u202e"


def test_demo_says_what_was_made_and_how_to_see_it(capsys, monkeypatch, tmp_path):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    asked = []

    def build(root, **options):
        asked.append((root, options["parts"], options["days"], options["seed"]))
        found = MonitorReport(
            evaluated=3, added=3, alpha=0.01, states={"in control": 2, "signal": 1}
        )
        run = RunReport("blemish demo", now, now, monitor=found)
        return DemoReport(root, 500, 1000, 3, run, (root / "mail-1.html",))

    monkeypatch.setattr("jobs.commands.do_demo.build_demo", build)
    site = tmp_path / "demo"
    assert main(["demo", str(site), "--parts", "500", "--days", "2.5", "--seed", "7"]) == 0
    assert asked == [(site, 500, 2.5, 7)]
    out = capsys.readouterr().out
    assert "500 parts in 1000 images" in out
    assert "2 in control, 1 signal" in out
    assert out.endswith(f"next: blemish serve --site {site}\n")
    assert main(["demo", str(site), "--json"]) == 0
    assert read_json(capsys)["parts"] == 500
