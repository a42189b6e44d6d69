"""Training itself, with a network small enough for seconds."""

import importlib
import json

import numpy as np
import onnxruntime
import pytest

from inference.segmenter import Segmenter
from inference.training.errors import TrainingError
from inference.training.material import rendered_material
from inference.training.settings import TrainSettings
from inference.training.train import train

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("onnx", reason="training needs the extra `train`")
exporting, learning, losses, fast, checkpoints, runs, fitting = (
    importlib.import_module(f"inference.training.{name}")
    for name in ("export", "learning", "loss", "architectures.fast", "checkpoint", "run", "fit")
)
pytestmark = pytest.mark.train


@pytest.fixture(autouse=True)
def narrow_network(monkeypatch):
    """The fast network with a quarter of its channels, whatever is asked for."""
    monkeypatch.setattr(learning, "build", lambda _name: fast.FastUNet(width=4))
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def tiny(folder, **changes):
    settings = {
        "renders": 16,
        "held_out": 4,
        "epochs": 3,
        "crop": 64,
        "batch": 8,
        "threads": 1,
        "device": "cpu",
        "visits": 1,
        "validate_every": 2,
        **changes,
    }
    return TrainSettings(folder, name="tiny", **settings)


def ignore(_progress):
    """Report to nobody."""


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    return rendered_material(tiny(tmp_path_factory.mktemp("unused")), ignore)


def learned(settings, material, report=ignore):
    settings.folder.mkdir(exist_ok=True)
    return learning.learn(settings, material, {"images": "these"}, report)


def test_a_training_run_learns_and_leaves_a_model_that_segments(tmp_path):
    told = []
    settings = tiny(tmp_path / "models", renders=24, crop=96, epochs=12, validate_every=5)
    result = train(settings, told.append)
    assert list(dict.fromkeys(step.stage for step in told)) == ["rendering", "learning", "judging"]
    means = [epoch.loss for epoch in result.epochs]
    assert len(means) == 12
    assert np.mean(means[-3:]) < 0.9 * np.mean(means[:3])
    assert result.parity < 1e-4
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [
        "tiny.json",
        "tiny.log.csv",
        "tiny.md",
        "tiny.onnx",
    ]
    segmenter = Segmenter(result.model_path)
    assert segmenter.contract == result.contract
    surface = rendered_material(settings, ignore).scored.pixels[0]
    assert segmenter.segment(surface).mask.shape == (320, 320)
    # By hand: every fifth epoch, and the last.
    assert [epoch.epoch for epoch in result.epochs if epoch.validation_loss is not None] == [
        5,
        10,
        12,
    ]
    card = json.loads((tmp_path / "models" / "tiny.json").read_text("utf-8"))
    assert card["training"]["settings"]["seed"] == settings.seed
    assert len(card["training"]["data_hash"]) == 64


def weights(network):
    return torch.cat([value.flatten().float() for value in network.state_dict().values()])


def test_the_same_seed_trains_the_same_weights_and_another_seed_others(tmp_path, material):
    first, second = (learned(tiny(tmp_path / name), material)[0] for name in "ab")
    assert torch.equal(weights(first), weights(second))
    other = learned(tiny(tmp_path / "c", seed=5), material)[0]
    assert not torch.equal(weights(first), weights(other))


class StoppedError(Exception):
    """Stands for the kill."""


@pytest.mark.parametrize("steps", [3, 4])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(tmp_path, monkeypatch, material, steps):
    # Two batches an epoch: it is stopped within the second epoch, and at its end.
    monkeypatch.setattr(fitting, "_CHECKPOINT_SECONDS", 0.0)
    whole, records = learned(tiny(tmp_path / "whole"), material)

    def stop(step):
        if step.done > steps:
            raise StoppedError

    with pytest.raises(StoppedError):
        learned(tiny(tmp_path / "halved"), material, stop)
    done = []
    halves, again = learned(
        tiny(tmp_path / "halved"), material, lambda step: done.append(step.done)
    )
    assert done[0] == steps + 1
    assert torch.equal(weights(whole), weights(halves))
    assert [(record.loss, record.stain_iou) for record in records] == [
        (record.loss, record.stain_iou) for record in again
    ]


def test_the_checkpoint_of_another_run_is_refused_before_anything_is_rendered(tmp_path, material):
    learned(tiny(tmp_path), material)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(
        TrainingError, match=r"another run \(arch fast there, lite here; seed 2 there, 3 here\)"
    ):
        train(tiny(tmp_path, arch="lite", seed=3), lambda _step: pytest.fail("it went on"))
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_checkpoint_of_other_images_is_refused(tmp_path, material):
    settings = tiny(tmp_path)
    learned(settings, material)
    with pytest.raises(TrainingError, match=r"another run .images these there, others here"):
        learning.learn(settings, material, {"images": "others"}, ignore)


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut off"])
def test_a_damaged_checkpoint_is_named(tmp_path, content):
    (tmp_path / "tiny.checkpoint").write_bytes(content)
    with pytest.raises(TrainingError, match=r"tiny\.checkpoint is no checkpoint .*--restart"):
        train(tiny(tmp_path), ignore)


def test_a_checkpoint_of_another_kind_of_file_is_named(tmp_path):
    torch.save({"head.weight": torch.zeros(3)}, tmp_path / "tiny.checkpoint")
    with pytest.raises(TrainingError, match=r"no checkpoint that can be read \(KeyError\)"):
        train(tiny(tmp_path), ignore)


def test_with_patience_a_run_ends_when_nothing_is_gained_and_keeps_the_best(
    tmp_path, monkeypatch, material
):
    found = iter([0.3, 0.5, 0.4, 0.45, 0.9])

    def validate(network, *_, **__):
        iou = next(found)
        if iou == 0.5:
            best.append(weights(network).clone())
        return runs.Validation(1.0, None, iou)

    best = []
    monkeypatch.setattr(runs, "validate", validate)
    settings = tiny(tmp_path, epochs=10, validate_every=1, patience=2)
    network, records = learned(settings, material)
    assert len(records) == 4
    assert torch.equal(weights(network), best[0])


def test_learning_that_diverges_says_so(tmp_path, material):
    settings = tiny(tmp_path, learning_rate=1e30, epochs=20)
    with pytest.raises(TrainingError, match=r"the loss became \w+ in epoch .* with a lower one"):
        learned(settings, material)


def test_where_there_is_no_gpu_the_wish_for_one_is_refused(tmp_path, monkeypatch, material):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(TrainingError, match="no CUDA device"):
        learned(tiny(tmp_path, device="cuda"), material)


def test_where_the_processor_has_bfloat16_it_is_used_and_the_weights_stay_float32(
    tmp_path, monkeypatch, material
):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    kinds = set()
    loss = runs.segmentation_loss

    def noting(logits, *arguments, **options):
        kinds.add(logits.dtype)
        return loss(logits, *arguments, **options)

    monkeypatch.setattr(runs, "segmentation_loss", noting)
    network, records = learned(tiny(tmp_path, epochs=1), material)
    assert kinds == {torch.bfloat16}
    assert {value.dtype for value in network.parameters()} == {torch.float32}
    assert np.isfinite(records[0].loss)


def test_a_failed_export_leaves_no_model(tmp_path, monkeypatch):
    def fail(*_args, **_options):
        raise TrainingError("judging failed")

    training = importlib.import_module("inference.training.train")
    monkeypatch.setattr(training, "judge", fail)
    with pytest.raises(TrainingError, match="judging failed"):
        train(tiny(tmp_path, epochs=1), ignore)
    # The checkpoint stays: the next call goes on from the end of the learning.
    assert {path.name for path in tmp_path.iterdir()} == {"tiny.checkpoint", "tiny.log.csv"}


def network():
    torch.manual_seed(1)
    return fast.FastUNet(width=4)


def test_the_exported_file_takes_any_size_and_gives_probabilities(tmp_path):
    path = tmp_path / "net.onnx"
    assert exporting.export_onnx(network().eval(), path, arch="fast") < 1e-5
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
        exporting.export_onnx(Unsteady(), tmp_path / "net.onnx", arch="fast")


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


def test_pixels_that_nobody_judged_do_not_move_the_weights():
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 16, 16, requires_grad=True)
    masks = torch.randint(0, 3, (2, 16, 16))
    masks[:, :4] = 255
    losses.segmentation_loss(logits, masks, defect_weight=2.0).backward()
    assert torch.all(logits.grad[:, :, :4] == 0.0)
    assert torch.all(logits.grad[:, :, 4:].abs().sum(dim=1) > 0.0)


def test_a_batch_without_a_judged_pixel_costs_nothing():
    logits = torch.randn(1, 3, 8, 8)
    masks = torch.full((1, 8, 8), 255)
    assert float(losses.segmentation_loss(logits, masks, defect_weight=2.0)) == 0.0
