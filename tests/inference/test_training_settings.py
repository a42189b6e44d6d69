import importlib.util
import subprocess
import sys

import pytest

from inference.errors import InferenceError
from inference.training.errors import TrainingError, TrainingUnavailableError
from inference.training.settings import TrainSettings
from inference.training.train import require_training_packages, train


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
        ({"renders": 0}, "renders must be at least 1, got 0"),
        ({"held_out": 1}, "held_out must be at least 2, got 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"width": -1}, "width must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"minutes": 0.0}, "minutes must be above 0, got 0.0"),
        ({"crop": 200}, "crop must be a multiple of 16 up to 320, got 200"),
        ({"crop": 336}, "crop must be a multiple of 16"),
        ({"renders": 10, "batch": 16}, "renders must be at least the batch of 16, got 10"),
    ],
)
def test_settings_that_cannot_be_trained_with_are_refused(tmp_path, changes, message):
    with pytest.raises(TrainingError, match=message):
        TrainSettings(tmp_path, **changes)
