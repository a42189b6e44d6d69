import json

import pytest

from jobs.cli import main

COMMANDS = ("init", "demo", "segment", "evaluate", "chart", "ingest", "monitor", "run", "serve", "sql", "render", "train")  # fmt: skip


def mistake(capsys, *arguments):
    """Run a command that must fail: one sentence on stderr, nothing on stdout, status 2."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("blemish: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_contract_explains_itself(capsys, command):
    assert main([command, "--help"]) == 0
    assert "Usage: blemish " + command in capsys.readouterr().out


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f" {command} " in out for command in COMMANDS)


def test_the_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("blemish")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nothing"], "No such command 'nothing'"),
        (["ingest", "--sit", "x"], "No such option: --sit"),
        (["segment"], "Missing argument 'PATH...'"),
        (["segment", "missing.png"], "no file or folder missing.png"),
        (["segment", ".", "--um-per-px", "-1"], "--um-per-px must be a number above 0"),
        (["evaluate", "--images", "missing", "--masks", "missing"], "no folder missing"),
        (
            ["evaluate", "--images", "missing"],
            "name the images: --images DIR --masks DIR, or --data DIR",
        ),
        (["ingest", "--site", "missing"], "missing is not a site"),
        (["ingest"], "which site? give --site SITE"),
        (["monitor"], "which site?"),
        (["run"], "which site?"),
        (["serve"], "which site?"),
        (["sql", "SELECT 1"], "which site?"),
        (["chart", "missing.csv", "--value", "x"], "missing.csv cannot be read: No such file"),
        (["render", "x", "--n", "0"], "--n"),
        (["train", "--epochs", "0"], "--epochs"),
        (["train", "--renders", "0"], "there is nothing to learn from"),
        (["demo", "x", "--parts", "1"], "a demonstration needs at least"),
        (["serve", "--port", "99999999"], "--port"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_traceback(
    capsys, tmp_path, monkeypatch, arguments, expected
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLEMISH_SITE", raising=False)
    assert expected in mistake(capsys, *arguments)


def test_a_bad_settings_file_is_said_by_every_command_of_a_site(capsys, site):
    site.settings_file.write_text("[inbox]\nquiet_secs = 3\n", encoding="utf-8")
    for command in (["ingest"], ["monitor"], ["run"], ["serve"], ["sql", "SELECT 1"]):
        said = mistake(capsys, *command, "--site", str(site.root))
        assert "[inbox] has no key 'quiet_secs'; did you mean 'quiet_seconds'?" in said


def test_a_name_cannot_forge_a_line(capsys):
    assert "\\x1b" in mistake(capsys, "segment", "\x1b[2Jgood\nblemish: all is well")


def test_stopping_by_hand_is_no_traceback(capsys, monkeypatch, site):
    def interrupt(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("jobs.commands.do_ingest.ingest", interrupt)
    assert main(["ingest", "--site", str(site.root)]) == 130
    assert capsys.readouterr().err == "blemish: interrupted\n"


def test_what_nobody_expected_keeps_its_traceback(monkeypatch, site):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("jobs.commands.do_ingest.ingest", fail)
    with pytest.raises(ZeroDivisionError):
        main(["ingest", "--site", str(site.root)])


def test_the_site_may_come_from_the_environment(capsys, monkeypatch, site):
    monkeypatch.setenv("BLEMISH_SITE", str(site.root))
    assert main(["ingest", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seen"] == 0


def test_the_site_may_be_the_current_folder(capsys, monkeypatch, site):
    monkeypatch.delenv("BLEMISH_SITE", raising=False)
    monkeypatch.chdir(site.root)
    assert main(["ingest", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["run_id"] == 1
