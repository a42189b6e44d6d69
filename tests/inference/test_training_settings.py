import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from inference.errors import InferenceError
from inference.training.errors import TrainingError, TrainingUnavailableError
from inference.training.require import require_training_packages
from inference.training.settings import TrainSettings
from inference.training.train import train


def test_settings_and_the_command_can_be_imported_without_torch():
    code = (
        "import sys; import inference.training.settings, inference.training.train; "
        "sys.exit(int(any(name in sys.modules for name in ('torch', 'onnx'))))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("missing", ["torch", "onnx"])
def test_a_missing_package_is_named_with_what_to_install(tmp_path, monkeypatch, missing):
    found = importlib.util.find_spec

    def find_spec(name):
        return None if name == missing else found("json")

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    with pytest.raises(TrainingUnavailableError, match=rf"{missing} is not.*blemish\[train\]"):
        require_training_packages()
    with pytest.raises(InferenceError, match="extra `train`"):
        train(TrainSettings(tmp_path / "never"), lambda _progress: None)
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"renders": 0}, "there is nothing to learn from: no data and no renders"),
        ({"held_out": 1}, "held_out must be at least 2, got 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"validate_every": 0}, "validate_every must be at least 1"),
        ({"patience": -1}, "patience must be at least 0"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"crop": 200}, "crop must be a positive multiple of 16, got 200"),
        ({"crop": 0}, "crop must be a positive multiple of 16"),
        ({"input_side": 100}, "input_side must be a positive multiple of 16, got 100"),
        ({"render_share": 1.0}, r"render_share must be in \[0, 1\), got 1.0"),
        ({"start": Path("m.onnx")}, "start goes with labelled images: name their folder as data"),
        ({"split": Path("s.csv")}, "split goes with labelled images"),
        ({"data": Path("d"), "renders": 5}, "5 renders for a share of 0 of the crops"),
        ({"data": Path("d"), "renders": 0, "render_share": 0.5}, "0 renders for a share of 0.5"),
        (
            {"data": Path("d"), "renders": 0, "start": Path("m"), "encoder_weights": "w.pth"},
            "has its encoder's weights already",
        ),
        ({"aimed": 1.5}, r"aimed must be in \[0, 1\], got 1.5"),
        ({"device": "tpu"}, "device must be one of auto, cpu, cuda, got 'tpu'"),
        ({"name": "a/b"}, "name must be that of a file without a folder, got 'a/b'"),
        ({"name": ""}, "name must be that of a file"),
        ({"learning_rate": 0.0}, "learning_rate must be above 0, got 0.0"),
        ({"defect_rate": 0.0}, "defect_rate must be above 0, got 0.0"),
        ({"defect_weight": float("nan")}, "defect_weight must be above 0, got nan"),
    ],
)
def test_settings_that_cannot_be_trained_with_are_refused(tmp_path, changes, message):
    with pytest.raises(TrainingError, match=message):
        TrainSettings(tmp_path, **changes)


def test_the_folder_and_the_note_do_not_make_it_another_run(tmp_path):
    run, moved = (TrainSettings(tmp_path / name, note=name) for name in "ab")
    assert run.identity() == moved.identity()
    assert run.identity() != TrainSettings(tmp_path, crop=224).identity()
