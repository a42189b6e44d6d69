"""A model file is known again by what it makes of the pictures it carries."""

import importlib
import json

import numpy as np
import pytest

from inference.classes import DefectClass
from inference.errors import ModelError
from inference.golden import GOLDEN_KEY
from inference.model_file import load_model
from inference.model_metadata import read_metadata

onnx = pytest.importorskip("onnx", reason="golden images are written with the package onnx")
golden_image = importlib.import_module("inference.training.golden_image")


def labelled_images():
    """Bright lines called scratch and dark squares called stain, as the hand-made model has it."""
    found = []
    for offset in (0, 10):
        pixels = np.full((80, 96, 3), 100, dtype=np.uint8)
        mask = np.zeros((80, 96), dtype=np.uint8)
        mask[20, 10 : 70 + offset] = DefectClass.SCRATCH
        mask[40:60, 30 : 50 + offset] = DefectClass.STAIN
        pixels[mask == DefectClass.SCRATCH] = 200
        pixels[mask == DefectClass.STAIN] = 50
        found.append((pixels, mask))
    return found


@pytest.fixture
def golden_model(make_model):
    path = make_model()
    assert golden_image.write_golden(path, labelled_images())
    return path


def with_channels(path, order):
    """The model with its output channels in another order, under the old metadata."""
    model = onnx.load(path)
    for constant in model.graph.initializer:
        values = onnx.numpy_helper.to_array(constant)
        constant.CopyFrom(onnx.numpy_helper.from_array(values[list(order)], constant.name))
    onnx.save(model, path)


def with_golden(path, change):
    model = onnx.load(path)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    metadata[GOLDEN_KEY] = change(metadata[GOLDEN_KEY])
    onnx.helper.set_model_props(model, metadata)
    onnx.save(model, path)


def test_a_model_that_is_what_it_was_is_loaded(golden_model):
    assert load_model(golden_model).contract.name == "test"
    scratch, stain = json.loads(read_metadata(golden_model.read_bytes())[GOLDEN_KEY])
    assert (scratch["class"], stain["class"]) == ("scratch", "stain")
    # Logits 0, -16 and 4 at half the median: p(stain) = 1 / (1 + exp(-4)); see the model.
    assert stain["expected"] == pytest.approx([0.0180, 0.0, 0.9820], abs=1e-4)


@pytest.mark.parametrize("order", [(0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_a_model_whose_classes_are_permuted_is_refused(golden_model, order):
    with_channels(golden_model, order)
    with pytest.raises(ModelError, match=r"its classes are permuted or its weights") as refused:
        load_model(golden_model)
    assert str(golden_model) in str(refused.value)


def test_the_refusal_says_what_was_found_and_what_was_expected(golden_model):
    with_channels(golden_model, (0, 2, 1))
    expected = (
        r"on the scratch that the file carries .* gives background 0.00, scratch 0.00, "
        r"stain 1.00, at its export it gave background 0.00, scratch 1.00, stain 0.00"
    )
    with pytest.raises(ModelError, match=expected):
        load_model(golden_model)


def test_a_model_whose_weights_were_lost_is_refused(golden_model):
    model = onnx.load(golden_model)
    weights = model.graph.initializer[0]
    nothing = np.zeros_like(onnx.numpy_helper.to_array(weights))
    weights.CopyFrom(onnx.numpy_helper.from_array(nothing, weights.name))
    onnx.save(model, golden_model)
    with pytest.raises(ModelError, match="on the scratch that the file carries as golden image"):
        load_model(golden_model)


def without(key):
    def change(text):
        images = json.loads(text)
        del images[0][key]
        return json.dumps(images)

    return change


DAMAGE = {
    "not JSON": lambda text: text[:-1],
    "no list": lambda _: "7",
    "empty": lambda _: "[]",
    "no picture": without("image"),
    "no base64": lambda text: text.replace('"image": "iVB', '"image": "?VB'),
    "no PNG": lambda text: text.replace('"image": "iVBO', '"image": "AAAA'),
    "an unknown class": lambda text: text.replace('"stain"', '"rust"'),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_golden_images_are_refused(golden_model, name):
    with_golden(golden_model, DAMAGE[name])
    with pytest.raises(ModelError, match="the model's golden images are damaged"):
        load_model(golden_model)


def test_a_model_that_cannot_tell_the_classes_apart_gets_none(make_model):
    path = make_model(scale=0.1)
    before = path.read_bytes()
    assert not golden_image.write_golden(path, labelled_images())
    assert path.read_bytes() == before


def test_a_plant_with_stains_only_has_a_golden_stain_only(make_model):
    path = make_model()
    only_stains = [
        (pixels, np.where(mask == DefectClass.STAIN, mask, 0)) for pixels, mask in labelled_images()
    ]
    assert golden_image.write_golden(path, only_stains)
    load_model(path)
    with_channels(path, (0, 2, 1))
    with pytest.raises(ModelError, match="on the stain that the file carries"):
        load_model(path)


def test_labels_that_are_all_swapped_are_told(make_model):
    swapped = [
        (pixels, np.array([0, 2, 1], dtype=np.uint8)[mask]) for pixels, mask in labelled_images()
    ]
    with pytest.raises(golden_image.TrainingError, match="calls scratches stains"):
        golden_image.write_golden(make_model(), swapped)


def test_golden_images_are_small(golden_model):
    # Two pieces of at most 64 x 64 pixels.
    assert len(read_metadata(golden_model.read_bytes())[GOLDEN_KEY]) < 30_000
