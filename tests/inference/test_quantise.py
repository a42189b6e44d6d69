"""The 8-bit twin: what becomes integer, and that it is still the same model."""

import importlib
from dataclasses import replace

import numpy as np
import pytest

from inference.errors import ModelError
from inference.golden import GOLDEN_KEY
from inference.model_file import load_model
from inference.model_metadata import read_metadata
from inference.normalise import normalise
from inference.segmenter import Segmenter

onnx = pytest.importorskip("onnx", reason="quantising needs the extra `train`")
onnxruntime = pytest.importorskip("onnxruntime")
quantising, graphs, ranges, golden_image = (
    importlib.import_module(f"inference.training.{name}")
    for name in ("quantise", "quantised_graph", "value_ranges", "golden_image")
)
helper, numpy_helper = onnx.helper, onnx.numpy_helper


def nodes_run(path, tmp_path):
    """The operators that onnxruntime really runs after fusing, by name of the operator."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "fused.onnx")
    options.log_severity_level = 4
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return [node.op_type for node in onnx.load(tmp_path / "fused.onnx").graph.node]


def test_every_convolution_but_the_first_is_integer_and_fused(network_files, tmp_path):
    # FastUNet: 5 blocks of 2 convolutions below and 3 above, 2 of the context, less the first;
    # transposed ones stay as they are.
    run = nodes_run(network_files[1], tmp_path)
    assert run.count("QLinearConv") == 15
    assert run.count("Conv") == 1
    assert run.count("ConvTranspose") == 4
    assert "Relu" not in run
    assert "MaxPool" not in run


def test_contract_and_architecture_are_those_of_the_original(network_files):
    fp32, int8 = map(load_model, network_files)
    assert int8.contract == replace(fp32.contract, name="test_int8")
    assert int8.model_id != fp32.model_id


def test_it_is_a_third_of_the_size(network_files):
    fp32, int8 = (path.stat().st_size for path in network_files)
    assert int8 < 0.4 * fp32


def test_probabilities_are_those_of_float32_but_for_rounding(network_files, noisy):
    fp32, int8 = map(load_model, network_files)
    differences = [
        int8.run(normalise(pixels)) - fp32.run(normalise(pixels)) for pixels in noisy(6, seed=5)
    ]
    # Surfaces that were not used to quantise, and random weights: trained ones come closer.
    assert np.abs(differences).mean() < 0.01
    # Biases are corrected: no class gains.
    assert np.abs(np.mean(differences, axis=(0, 2, 3))).max() < 0.003


def test_the_same_images_give_the_same_file(network_files, noisy, tmp_path):
    again = tmp_path / "again.onnx"
    quantising.quantise(network_files[0], again, noisy(6, seed=1))
    assert again.read_bytes() == network_files[1].read_bytes()


def test_without_images_there_is_nothing_to_go_by(network_files, tmp_path):
    with pytest.raises(quantising.TrainingError, match="quantising needs some images"):
        quantising.quantise(network_files[0], tmp_path / "none.onnx", [])


def test_what_is_no_model_is_refused_and_nothing_is_written(tmp_path, noisy):
    (tmp_path / "broken.onnx").write_bytes(b"\x08")
    with pytest.raises(ModelError, match="no ONNX model"):
        quantising.quantise(tmp_path / "broken.onnx", tmp_path / "out.onnx", noisy(1, seed=1))
    assert not (tmp_path / "out.onnx").exists()


def test_a_network_without_inner_convolutions_is_refused(make_model, tmp_path, noisy):
    with pytest.raises(quantising.TrainingError, match="no convolution in it can be quantised"):
        quantising.quantise(make_model(), tmp_path / "out.onnx", noisy(1, seed=1))


def test_golden_images_go_along_and_hold_the_8_bits_to_their_word(
    network_files, noisy, tmp_path, monkeypatch
):
    original = tmp_path / "golden.onnx"
    original.write_bytes(network_files[0].read_bytes())
    surfaces = noisy(4, seed=6)
    fp32 = Segmenter(original)
    # What the network itself calls scratch and stain: then it is right by definition.
    labelled = [(pixels, fp32.segment(pixels).mask) for pixels in surfaces]
    monkeypatch.setattr(golden_image, "_CLEAR", 0.0)
    assert golden_image.write_golden(original, labelled)
    twin = tmp_path / "twin.onnx"
    quantising.quantise(original, twin, surfaces)
    assert GOLDEN_KEY in read_metadata(twin.read_bytes())
    # With ranges of next to nothing every activation is cut off.
    monkeypatch.setattr(
        quantising,
        "value_ranges",
        lambda _model, tensors, _planes: dict.fromkeys(tensors, graphs.ValueRange(1e-6, 0)),
    )
    monkeypatch.setattr(quantising, "correct_biases", lambda *_: None)
    with pytest.raises(quantising.TrainingError, match="would not be what"):
        quantising.quantise(original, tmp_path / "poor.onnx", surfaces)
    assert not (tmp_path / "poor.onnx").exists()


def one_convolution(weight):
    """An integer convolution of 32 channels and 3 x 3, all weights alike; out comes sum / 23500.8."""
    constants = {
        "x_scale": np.float32(1.0),
        "x_zero": np.uint8(0),
        "w": np.full((16, 32, 3, 3), weight, dtype=np.int8),
        "w_scale": np.ones(16, dtype=np.float32),
        "w_zero": np.zeros(16, dtype=np.int8),
        "y_scale": np.float32(23500.8),
        "y_zero": np.uint8(0),
    }
    graph = helper.make_graph(
        [
            helper.make_node("QuantizeLinear", ["x", "x_scale", "x_zero"], ["xq"]),
            helper.make_node("DequantizeLinear", ["xq", "x_scale", "x_zero"], ["xd"]),
            helper.make_node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wd"], axis=0),
            helper.make_node("Conv", ["xd", "wd"], ["c"]),
            helper.make_node("QuantizeLinear", ["c", "y_scale", "y_zero"], ["cq"]),
            helper.make_node("DequantizeLinear", ["cq", "y_scale", "y_zero"], ["y"]),
        ],
        "one",
        [helper.make_tensor_value_info("x", 1, [1, 32, 8, 8])],
        [helper.make_tensor_value_info("y", 1, [1, 16, 6, 6])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )


def test_seven_bits_of_weight_never_overflow_where_products_are_added_in_16_bits():
    # The largest sum of two products that AVX2 adds before it widens.
    assert np.iinfo(np.int16).max >= 255 * graphs.LARGEST_WEIGHT * 2
    session = one_convolution(graphs.LARGEST_WEIGHT)
    (found,) = session.run(None, {"x": np.full((1, 32, 8, 8), 255, dtype=np.float32)})
    # 255 x 64 x 288 inputs = 4,700,160 = 200 steps of 23,500.8.
    assert np.unique(found / np.float32(23500.8)).tolist() == [200.0]


def test_a_range_is_cut_where_rounding_would_lose_more():
    # A million values up to 1 and one of 100. Cut at t they lose 10^6 (t / 255)^2 / 12 by rounding
    # and (100 - t)^2 by cutting, least where 1.2816 t = 100 - t: t = 43.8.
    counts = np.zeros(4096)
    counts[:41] = 1_000_000 / 41
    counts[-1] = 1
    assert ranges._best(0.0, 100.0, counts).scale == pytest.approx(43.8 / 255, rel=0.02)
    # Evenly spread values lose nothing by the whole range.
    assert ranges._best(0.0, 100.0, np.ones(4096)).scale == pytest.approx(100 / 255, rel=0.02)


def test_zero_is_met_exactly_in_every_range():
    found = ranges._best(-1.0, 3.0, np.ones(4096))
    # The step that stands for 0: a quarter of 255, whatever fraction of the range is kept.
    assert found.zero_point == 64
