"""Hand-made ONNX models whose output can be worked out on paper."""

import importlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inference.classes import CLASS_NAMES
from inference.model_contract import ModelContract
from inference.model_metadata import with_contract
from inference.normalise import normalise
from inference.segmenter import Segmenter

MakeModel = Callable[..., Path]


def _contract(thresholds, minimum_area, input_size):
    return ModelContract(
        name="test",
        classes=CLASS_NAMES,
        input_size=input_size,
        thresholds=thresholds,
        minimum_area=minimum_area,
    )


@pytest.fixture
def make_model(tmp_path) -> MakeModel:
    """A function that writes a model: bright is scratch, dark is stain.

    With r the normalised red (red / median - 1) the logits are 0, 20 (r - 0.3) and 20 (-0.3 - r):
    a pixel of twice the median has p(scratch) = 1 / (1 + exp(-14)), one at half of it has
    p(stain) = exp(4) / (1 + exp(4) + exp(-16)) = 0.982.
    """
    onnx = pytest.importorskip("onnx", reason="the hand-made models need the package onnx")
    helper, numpy_helper = onnx.helper, onnx.numpy_helper

    def write(
        name="model.onnx",
        *,
        thresholds=None,
        minimum_area=None,
        input_size=(32, 32),
        metadata=None,
        input_name="image",
        output_name="probabilities",
        channels=2,
        last="Softmax",
        scale=20.0,
    ):
        weights = np.zeros((3, channels, 1, 1), dtype=np.float32)
        weights[1, 0], weights[2, 0] = scale, -scale
        bias = np.array([0.0, -0.3 * scale, -0.3 * scale], dtype=np.float32)
        graph = helper.make_graph(
            [
                helper.make_node("Conv", [input_name, "weights", "bias"], ["logits"]),
                helper.make_node(
                    last, ["logits"], [output_name], **({"axis": 1} if last == "Softmax" else {})
                ),
            ],
            "test",
            [helper.make_tensor_value_info(input_name, 1, ["N", channels, "H", "W"])],
            [helper.make_tensor_value_info(output_name, 1, ["N", 3, "H", "W"])],
            [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 9
        if metadata is None:
            contract = _contract(
                thresholds or {"scratch": 0.5, "stain": 0.5},
                minimum_area or {"scratch": 1, "stain": 1},
                input_size,
            )
            metadata = {"blemish": contract.to_json()}
        helper.set_model_props(model, metadata)
        path = tmp_path / name
        path.write_bytes(model.SerializeToString())
        return path

    return write


@pytest.fixture
def segmenter(make_model) -> Segmenter:
    """The plain hand-made model, loaded."""
    return Segmenter(make_model())


@pytest.fixture(scope="session")
def network_files(tmp_path_factory) -> tuple[Path, Path]:
    """A small network with random weights, as float32 file and as its 8-bit twin."""
    torch = pytest.importorskip("torch", reason="quantising needs the extra `train`")
    fast, exporting, quantising = (
        importlib.import_module(f"inference.training.{name}")
        for name in ("architectures.fast", "export", "quantise")
    )
    torch.manual_seed(4)
    network = fast.FastUNet(width=8)
    images = np.stack([normalise(pixels) for pixels in noisy_surfaces(4, seed=0)])
    with torch.no_grad():
        for _ in range(30):
            # The batch norms learn what comes: otherwise random weights give the same everywhere.
            network(torch.from_numpy(images))
        network.eval()
        # Undecided, so that masks have something in them and a small error would show.
        network.head.weight.mul_(20.0)
        network.head.bias.zero_()
    folder = tmp_path_factory.mktemp("network")
    fp32, int8 = folder / "net.onnx", folder / "net_int8.onnx"
    exporting.export_onnx(network, fp32, arch="fast")
    contract = _contract({"scratch": 0.4, "stain": 0.4}, {"scratch": 4, "stain": 4}, (96, 96))
    fp32.write_bytes(with_contract(fp32.read_bytes(), contract))
    quantising.quantise(fp32, int8, noisy_surfaces(6, seed=1))
    return fp32, int8


@pytest.fixture(scope="session")
def noisy():
    """The function `noisy_surfaces`."""
    return noisy_surfaces


def noisy_surfaces(n, *, seed, side=96):
    """Grainy pictures of uneven brightness, shape (side, side, 3)."""
    rng = np.random.default_rng(seed)
    grain = rng.normal(0.0, 12.0, (n, side, side, 3))
    coarse = rng.normal(0.0, 40.0, (n, side // 8, side // 8, 1)).repeat(8, axis=1).repeat(8, axis=2)
    return list((110 + coarse + grain).clip(0, 255).astype(np.uint8))
