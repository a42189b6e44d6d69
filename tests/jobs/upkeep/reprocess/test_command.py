"""`blemish reprocess`, as a person types it."""

import pytest

from jobs.cli import main

pytestmark = pytest.mark.usefixtures("in_process")


def test_a_file_that_is_no_model_is_refused_and_leaves_no_trace(site, tmp_path, capsys):
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"<html>not found</html>")
    before = sorted(site.archive.glob("models/*"))
    status = main(["reprocess", "--site", str(site.root), "--model", str(wrong)])
    assert status == 2
    assert "wrong.onnx" in capsys.readouterr().err
    assert sorted(site.archive.glob("models/*")) == before


def test_the_command_prints_the_bias_and_lists_the_models(site, blind, capsys):
    where = ["--site", str(site.root)]
    assert main(["reprocess", *where, "--model", str(blind)]) == 0
    shown = capsys.readouterr().out
    assert "25.0% of 60 verdicts change, 0 to fail and 15 to pass" in shown
    assert "--activate" in shown
    assert main(["reprocess", *where]) == 0
    assert "blind" in capsys.readouterr().out
    assert main(["reprocess", *where, "--history", "--model", str(blind)]) == 2
    assert main(["reprocess", *where, "--model", str(blind), "--since", "yesterday"]) == 2
