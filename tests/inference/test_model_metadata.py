from dataclasses import replace

import numpy as np
import pytest

from inference.errors import ModelError
from inference.model_file import load_model
from inference.model_metadata import with_contract, write_contract

onnx = pytest.importorskip("onnx", reason="the files are held against the package onnx")


@pytest.fixture
def model(make_model):
    return make_model()


def calibrated(model):
    return replace(
        load_model(model).contract,
        thresholds={"scratch": 0.25, "stain": 0.75},
        seed_thresholds={"scratch": 0.5, "stain": 0.875},
        minimum_area={"scratch": 300, "stain": 7},
    )


def test_the_package_onnx_reads_the_new_contract_and_an_unchanged_network(model):
    before = onnx.load_from_string(model.read_bytes())
    after = onnx.load_from_string(with_contract(model.read_bytes(), calibrated(model)))
    onnx.checker.check_model(after, full_check=True)
    assert {entry.key: entry.value for entry in after.metadata_props} == {
        "blemish": calibrated(model).to_json()
    }
    assert after.graph.SerializeToString() == before.graph.SerializeToString()
    assert (after.ir_version, after.opset_import) == (before.ir_version, before.opset_import)


def test_other_metadata_are_kept_and_ours_is_not_doubled(model):
    file = onnx.load_from_string(model.read_bytes())
    onnx.helper.set_model_props(
        file, {"author": "plant 4", "blemish": load_model(model).contract.to_json(), "note": "x"}
    )
    contract = calibrated(model)
    twice = with_contract(with_contract(file.SerializeToString(), contract), contract)
    found = [(entry.key, entry.value) for entry in onnx.load_from_string(twice).metadata_props]
    assert sorted(found) == [("author", "plant 4"), ("blemish", contract.to_json()), ("note", "x")]


def test_the_written_model_runs_with_its_new_contract(model, tmp_path):
    out = tmp_path / "calibrated.onnx"
    write_contract(model, calibrated(model), out)
    before, after = load_model(model), load_model(out)
    assert after.contract == calibrated(model)
    assert after.model_id != before.model_id
    planes = np.random.default_rng(0).normal(size=(2, 32, 32)).astype(np.float32)
    assert np.array_equal(after.run(planes), before.run(planes))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calibrated.onnx", "model.onnx"]


def test_a_model_may_be_replaced_by_its_calibrated_self(model):
    contract = calibrated(model)
    write_contract(model, contract, model)
    assert load_model(model).contract == contract


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_a_truncated_file_is_refused(model, cut):
    content = model.read_bytes()
    with pytest.raises(ModelError, match=r"cut off|no number ends|no ONNX file"):
        with_contract(content[:-cut], calibrated(model))


@pytest.mark.parametrize("content", [b"<html>", b"\xff" * 40, b"\x0b\x0c"])
def test_other_files_are_refused(model, content):
    with pytest.raises(ModelError, match=r"no ONNX|cut off"):
        with_contract(content, calibrated(model))


def test_a_folder_that_is_not_there_is_told_and_nothing_is_written(model, tmp_path):
    out = tmp_path / "absent" / "model.onnx"
    with pytest.raises(ModelError, match=r"cannot write .*absent"):
        write_contract(model, calibrated(model), out)
    assert not out.parent.exists()
