"""Training itself, with a network small enough for seconds."""

import importlib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference.segmenter import Segmenter
from inference.training.errors import TrainingError
from inference.training.render_cache import render_many
from inference.training.settings import TrainSettings
from inference.training.train import train

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("onnx", reason="training needs the extra `train`")
exporting, fitting, losses, networks = (
    importlib.import_module(f"inference.training.{name}")
    for name in ("export", "fit", "loss", "network")
)
pytestmark = pytest.mark.train


def tiny(folder, **changes):
    settings = {
        "renders": 16,
        "held_out": 4,
        "epochs": 6,
        "width": 4,
        "crop": 64,
        "batch": 8,
        "threads": 1,
        **changes,
    }
    return TrainSettings(folder, name="tiny", **settings)


def ignore(_progress):
    """Report to nobody."""


def test_a_training_run_learns_and_leaves_a_model_that_segments(tmp_path):
    stages = []
    result = train(
        tiny(tmp_path / "models", renders=24, crop=96, epochs=12),
        lambda step: stages.append(step.stage),
    )
    assert list(dict.fromkeys(stages)) == ["rendering", "learning", "judging"]
    assert len(result.losses) == 12
    assert np.mean(result.losses[-3:]) < 0.9 * np.mean(result.losses[:3])
    assert result.parity < 1e-4
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [
        "tiny.json",
        "tiny.md",
        "tiny.onnx",
        "tiny.pt",
    ]
    segmenter = Segmenter(result.model_path)
    assert segmenter.contract == result.contract
    surface = render_many(1, 99).pixels[0]
    assert segmenter.segment(surface).mask.shape == (320, 320)


def test_the_same_seed_trains_the_same_weights():
    settings = tiny(Path("unused"), epochs=1)
    cache = render_many(settings.renders, settings.seed)
    first, second = (fitting.fit(settings, cache, ignore)[0].state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    other = fitting.fit(tiny(Path("unused"), epochs=1, seed=5), cache, ignore)[0].state_dict()
    assert not torch.equal(first["head.weight"], other["head.weight"])


def test_a_run_continues_from_the_weights_of_another(tmp_path):
    settings = tiny(tmp_path, renders=8, epochs=1)
    cache = render_many(settings.renders, settings.seed)
    before, _ = fitting.fit(settings, cache, ignore)
    exporting.save_weights(before, tmp_path / "before.pt")
    still = tiny(tmp_path, renders=8, epochs=1, weights=tmp_path / "before.pt", learning_rate=0.0)
    after = fitting.fit(still, cache, ignore)[0].state_dict()
    assert torch.equal(before.state_dict()["head.weight"], after["head.weight"])


def test_weights_of_another_width_or_no_weights_are_refused(tmp_path):
    exporting.save_weights(network(), tmp_path / "narrow.pt")
    (tmp_path / "text.pt").write_text("no weights", encoding="utf-8")
    cache = render_many(8, 1)
    for name in ("narrow.pt", "text.pt", "missing.pt"):
        settings = tiny(tmp_path, renders=8, width=8, weights=tmp_path / name)
        with pytest.raises(TrainingError, match=rf"cannot continue from .*{name}.*width 8"):
            fitting.fit(settings, cache, ignore)


def test_the_time_limit_ends_a_run_early():
    settings = tiny(Path("unused"), epochs=10_000, minutes=0.03)
    _, epochs = fitting.fit(settings, render_many(settings.renders, settings.seed), ignore)
    assert 1 <= len(epochs) < 1000


def network():
    torch.manual_seed(1)
    return networks.FastUNet(width=4)


def test_the_head_starts_with_the_class_prior():
    shares = network().eval()(torch.zeros(1, 2, 64, 64)).softmax(dim=1).mean(dim=(0, 2, 3))
    assert shares.tolist() == pytest.approx(networks.CLASS_PRIOR, abs=0.01)


def test_the_reference_width_has_the_size_of_the_design():
    reference = networks.FastUNet(width=24).eval()
    # The design's figures for this kind of net: 4.4 GFLOP at 320 x 320 and 4.4 MB.
    assert exporting.gflop(reference, 320, 320) == pytest.approx(4.4, rel=0.1)
    assert 4 * sum(weights.numel() for weights in reference.parameters()) < 4.6e6


def test_the_exported_file_takes_any_size_and_gives_probabilities(tmp_path):
    path = tmp_path / "net.onnx"
    assert exporting.export_onnx(network().eval(), path) < 1e-5
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert [entry.name for entry in session.get_inputs()] == ["image"]
    assert [entry.name for entry in session.get_outputs()] == ["probabilities"]
    image = np.random.default_rng(0).normal(0, 0.3, (3, 2, 48, 80)).astype(np.float32)
    (probabilities,) = session.run(None, {"image": image})
    assert probabilities.shape == (3, 3, 48, 80)
    assert np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)


def test_a_network_that_exports_differently_is_refused(tmp_path):
    class Unsteady(torch.nn.Module):
        """Gives something else in torch than in the file, whose branch was fixed on export."""

        def forward(self, image):
            shift = 0.0 if torch.onnx.is_in_onnx_export() else 1.0
            return torch.cat((image, image[:, :1] + shift), dim=1)

    with pytest.raises(TrainingError, match="onnxruntime and torch differ by"):
        exporting.export_onnx(Unsteady(), tmp_path / "net.onnx")


def test_the_loss_is_low_for_the_truth_and_high_for_its_opposite():
    masks = torch.zeros(2, 32, 32, dtype=torch.long)
    masks[:, 8:16, 8:16] = 2
    masks[0, 20:30, 20:25] = 1
    truth = 12.0 * torch.nn.functional.one_hot(masks, 3).movedim(-1, 1).float()
    right = float(losses.segmentation_loss(truth, masks, defect_weight=2.0))
    wrong = float(losses.segmentation_loss(truth.flip(1), masks, defect_weight=2.0))
    # By hand: cross-entropy log(1 + 2 exp(-12)), Dice all but 0.
    assert right < 1e-3
    assert wrong > 5.0


def test_defects_weigh_more_than_background():
    masks = torch.zeros(1, 16, 16, dtype=torch.long)
    masks[0, :8] = 2
    logits = torch.zeros(1, 3, 16, 16)
    logits[:, 0] = 2.0
    assert losses.segmentation_loss(logits, masks, defect_weight=4.0) > losses.segmentation_loss(
        logits, masks, defect_weight=1.0
    )
