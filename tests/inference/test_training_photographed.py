"""Training on labelled images, and fine-tuning a model with a few of them."""

import importlib
import json

import cv2
import numpy as np
import pytest

from inference.errors import DatasetError, ModelError
from inference.model_file import load_model
from inference.rendering.writing import write_renders
from inference.training.errors import TrainingError
from inference.training.photographed import photographed_material
from inference.training.settings import TrainSettings, defaults
from inference.training.train import train

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("onnx", reason="training needs the extra `train`")
learning, from_onnx, fast = (
    importlib.import_module(f"inference.training.{name}")
    for name in ("learning", "from_onnx", "architectures.fast")
)
pytestmark = pytest.mark.train


def ignore(_progress):
    """Report to nobody."""


@pytest.fixture(autouse=True)
def narrow_network(monkeypatch):
    """The fast network with a quarter of its channels."""
    for module in (learning, from_onnx):
        monkeypatch.setattr(module, "build", lambda _name: fast.FastUNet(width=4))
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labelled") / "line-7"
    write_renders(folder, 8, 5)
    return folder


def settings(folder, data, **changes):
    values = {
        "name": "tiny",
        "data": data,
        "renders": 0,
        "epochs": 2,
        "crop": 64,
        "visits": 2,
        "batch": 4,
        "threads": 1,
        "device": "cpu",
        **changes,
    }
    return TrainSettings(folder, **values)


def write_split(path, train_names, test_names=()):
    rows = [f"{name},train" for name in train_names] + [f"{name},test" for name in test_names]
    path.write_text("\n".join(["name,split", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_data_set_is_learned_from_and_the_model_fine_tuned_with_further_images(
    tmp_path, labelled
):
    first = train(settings(tmp_path / "first", labelled), ignore)
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == [
        "tiny.json",
        "tiny.log.csv",
        "tiny.md",
        "tiny.onnx",
        "tiny.split.csv",
    ]
    # By hand: three quarters and a quarter of eight images.
    assert first.images == (6, 2, 2)
    assert not first.scored_apart
    tuning = settings(
        tmp_path / "tuned",
        labelled,
        start=first.model_path,
        renders=4,
        render_share=0.25,
        learning_rate=3e-4,
        note="Line 7 only.",
    )
    second = train(tuning, ignore)
    model_id = load_model(first.model_path).model_id
    assert second.started_from == model_id
    card = json.loads((tmp_path / "tuned" / "tiny.json").read_text("utf-8"))
    assert card["training"]["started_from"] == model_id
    text = (tmp_path / "tuned" / "tiny.md").read_text("utf-8")
    for words in (
        "Fine-tuned on 6 labelled images of the folder `line-7`",
        "4 renders, from which 25% of the crops come",
        f"It started from the model `{model_id}`",
        "### Validation images",
        "they set the thresholds, too",
    ):
        assert words in text
    assert str(tmp_path) not in text + json.dumps(card)


def test_a_tuning_that_learns_nothing_gives_the_same_probabilities(tmp_path, labelled):
    first = train(settings(tmp_path / "first", labelled, epochs=1), ignore)
    still = settings(
        tmp_path / "still",
        labelled,
        start=first.model_path,
        epochs=1,
        learning_rate=1e-30,
        weight_decay=0.0,
    )
    second = train(still, ignore)
    planes = np.random.default_rng(0).normal(0.0, 0.3, (2, 64, 96)).astype(np.float32)
    before, after = (load_model(result.model_path).run(planes) for result in (first, second))
    assert np.allclose(before, after, atol=1e-5)


def material(folder, *, input_size=(320, 320), **changes):
    wanted = settings(folder, folder, **changes)
    return photographed_material(folder, wanted, input_size, ignore)


def test_a_split_without_validation_images_has_a_quarter_of_the_training_images_held_back(
    tmp_path, labelled
):
    names = [f"{number:04d}" for number in range(8)]
    split = write_split(tmp_path / "split.csv", names[:6], names[6:])
    found = material(labelled, split=split)
    # By hand: a quarter of six is one or two.
    assert len(found.learned) + len(found.watched) == 6
    assert len(found.watched) in {1, 2}
    assert found.split.test == ("0006", "0007")
    again = material(labelled, split=split)
    assert again.learned.digest() == found.learned.digest()


def test_images_of_any_size_are_fitted_as_the_model_will_fit_them(tmp_path):
    for number, (height, width) in enumerate([(200, 100), (160, 320), (640, 480), (50, 50)]):
        mask = np.zeros((height, width), dtype=np.uint8)
        mask[10:30, 10:30] = 2
        for kind, array in (
            ("images", np.dstack([255 - 100 * mask] * 3)),
            ("masks", mask),
        ):
            (tmp_path / kind).mkdir(exist_ok=True)
            cv2.imwrite(str(tmp_path / kind / f"{number}.png"), array)
    found = material(tmp_path, input_size=(160, 160))
    shapes = {mask.shape for mask in found.learned.masks + found.watched.masks}
    # By hand: the longer side becomes 160.
    assert shapes == {(160, 80), (80, 160), (160, 120), (160, 160)}
    for pixels, mask in zip(found.learned.pixels, found.learned.masks, strict=True):
        assert pixels.shape == (*mask.shape, 3)
        assert ((pixels[..., 2] < 155) == (mask == 2)).mean() > 0.95


def left(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_an_empty_folder_is_refused_and_nothing_written(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError):
        train(settings(tmp_path / "out", tmp_path / "empty"), ignore)
    assert left(tmp_path / "out") == []


def test_a_mask_of_another_size_is_refused_and_nothing_written(tmp_path):
    write_renders(tmp_path / "set", 4, 1)
    mask = np.zeros((10, 10), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "set" / "masks" / "0002.png"), mask)
    with pytest.raises(DatasetError, match=r"0002\.png"):
        train(settings(tmp_path / "out", tmp_path / "set"), ignore)
    assert left(tmp_path / "out") == []


def test_images_without_a_defect_teach_nothing(tmp_path):
    write_renders(tmp_path, 4, 1)
    for path in (tmp_path / "masks").iterdir():
        cv2.imwrite(str(path), np.zeros((320, 320), dtype=np.uint8))
    with pytest.raises(TrainingError, match=r"no pixel of the 3 training images of .* is marked"):
        material(tmp_path)


def test_a_model_with_other_classes_cannot_be_fine_tuned(tmp_path, labelled, make_model):
    metadata = json.loads(load_model(make_model()).contract.to_json())
    metadata["classes"] = ["background", "dent", "stain"]
    path = make_model(metadata={"blemish": json.dumps(metadata)})
    with pytest.raises(ModelError, match="classes must be"):
        train(settings(tmp_path / "out", labelled, start=path), ignore)
    assert left(tmp_path / "out") == []


def test_a_model_of_another_architecture_cannot_be_fine_tuned(tmp_path, labelled, make_model):
    metadata = {
        "blemish": load_model(make_model()).contract.to_json(),
        "blemish_architecture": "lite",
    }
    path = make_model(metadata=metadata)
    with pytest.raises(TrainingError, match="is a model of architecture lite, not fast"):
        train(settings(tmp_path / "out", labelled, start=path), ignore)
    # A file that does not tell is found out by its convolutions.
    with pytest.raises(TrainingError, match="has 1 convolutions, a network of architecture fast"):
        train(settings(tmp_path / "out", labelled, start=make_model()), ignore)
    assert "tiny.onnx" not in left(tmp_path / "out")


def test_more_is_taken_from_few_images_at_a_tenth_of_the_rate():
    fresh, tuned = defaults(data=True, fine_tune=False), defaults(data=True, fine_tune=True)
    assert tuned.learning_rate == pytest.approx(fresh.learning_rate / 10)
    assert tuned.render_share > 0
    assert fresh.renders == 0
