import json

import numpy as np
import pytest

from inference.errors import ModelError
from inference.model_file import LoadedModel, load_model


def test_a_missing_model_says_where_to_name_one(tmp_path):
    with pytest.raises(ModelError, match=r"no readable model at .*absent.onnx .*--model"):
        load_model(tmp_path / "absent.onnx")


def test_a_folder_is_no_model(tmp_path):
    with pytest.raises(ModelError, match="no readable model"):
        load_model(tmp_path)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", bytes(1000)])
def test_what_is_no_onnx_file_is_refused(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"\({len(content)} bytes\) is no ONNX model"):
        load_model(path)


def test_every_half_copied_model_is_refused(make_model, tmp_path):
    content = make_model().read_bytes()
    path = tmp_path / "half.onnx"
    for length in range(0, len(content), 25):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError):
            load_model(path)


BREACHES = {
    "input name": ({"input_name": "picture"}, "input must be 'image'"),
    "input channels": ({"channels": 3}, r"input must be .* \(N, 2, H, W\)"),
    "output name": ({"output_name": "scores"}, "output must be 'probabilities'"),
    "no metadata": ({"metadata": {}}, "no metadata 'blemish'"),
    "metadata not JSON": ({"metadata": {"blemish": "{"}}, "not JSON"),
    "no probabilities": ({"last": "Sigmoid"}, "is no probability: .* sums to 0.505"),
    "one value per class": ({"last": "GlobalAveragePool"}, "returned"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_model_that_breaks_the_contract_is_refused_with_its_path(make_model, name):
    changes, message = BREACHES[name]
    path = make_model(**changes)
    with pytest.raises(ModelError, match=message) as refused:
        load_model(path)
    assert str(path) in str(refused.value)


def test_swapped_classes_are_refused(make_model):
    contract = json.loads(load_model(make_model()).contract.to_json())
    contract["classes"] = ["background", "stain", "scratch"]
    with pytest.raises(ModelError, match="classes must be"):
        load_model(make_model(metadata={"blemish": json.dumps(contract)}))


def test_weights_in_another_file_are_refused(make_model, tmp_path):
    onnx = pytest.importorskip("onnx")
    model = onnx.load(make_model())
    path = tmp_path / "external.onnx"
    onnx.save_model(
        model, path, save_as_external_data=True, size_threshold=0, location="weights.bin"
    )
    with pytest.raises(ModelError, match="keeps weights in another file"):
        load_model(path)


def test_external_weights_hidden_behind_a_longer_encoding_are_refused(make_model, tmp_path):
    # Protobuf parsers accept the length 8 written in two bytes as well: 88 00.
    path = tmp_path / "hidden.onnx"
    path.write_bytes(make_model().read_bytes() + b"\n\x88\x00location")
    with pytest.raises(ModelError, match="keeps weights in another file"):
        load_model(path)


def test_a_failure_of_the_runtime_names_the_model(make_model):
    model = load_model(make_model())
    with pytest.raises(ModelError, match="'test' failed on an input of"):
        model.run(np.zeros((5, 16, 16), dtype=np.float32))


def test_a_loaded_model_knows_its_contract(make_model):
    model = load_model(make_model())
    assert isinstance(model, LoadedModel)
    assert model.contract.name == "test"
    assert model.run(np.zeros((2, 16, 32), dtype=np.float32)).shape == (3, 16, 32)
