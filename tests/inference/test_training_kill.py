"""A real run killed by the system, and what is left of it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from jobs.cli import main

pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("onnx", reason="training needs the extra `train`")
pytestmark = pytest.mark.train

RUN = (
    *("train", "--name", "tiny", "--device", "cpu", "--threads", "1", "--renders", "12"),
    *(
        "--held-out",
        "2",
        "--epochs",
        "3",
        "--crop",
        "64",
        "--batch",
        "4",
        "--validate-every",
        "2",
        "--visits",
        "1",
    ),
)


def start(folder):
    return subprocess.Popen(
        [sys.executable, "-m", "jobs", *RUN, "--out", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_killed_run_goes_on_to_the_model_of_an_undisturbed_one(tmp_path, capsys):
    whole, halved = start(tmp_path / "whole"), start(tmp_path / "halved")
    log, deadline = tmp_path / "halved" / "tiny.log.csv", time.monotonic() + 120
    while not (log.exists() and log.read_text("utf-8").count("\n") >= 2):
        assert halved.poll() is None, halved.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(halved.pid, signal.SIGKILL)
    halved.communicate()
    assert not (tmp_path / "halved" / "tiny.onnx").exists()
    again = start(tmp_path / "halved")
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert "epoch 1/3" not in said
    assert "epoch 3/3" in said
    said, _ = whole.communicate(timeout=120)
    assert whole.returncode == 0, said
    models = [(tmp_path / name / "tiny.onnx").read_bytes() for name in ("whole", "halved")]
    assert models[0] == models[1]
    assert sorted(path.name for path in (tmp_path / "halved").iterdir()) == [
        "tiny.curves.png",
        "tiny.json",
        "tiny.log.csv",
        "tiny.md",
        "tiny.onnx",
    ]
    # The product is a model like any other.
    assert main(["render", str(tmp_path / "set"), "--n", "2", "--seed", "5"]) == 0
    capsys.readouterr()
    folders = ["--images", str(tmp_path / "set/images"), "--masks", str(tmp_path / "set/masks")]
    model = ["--model", str(tmp_path / "halved" / "tiny.onnx")]
    assert main(["evaluate", *folders, *model, "--json"]) == 0
    assert '"n": 2' in capsys.readouterr().out
