"""A trained network as an ONNX file that needs nothing but onnxruntime."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from inference.model_contract import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, ModelContract
from inference.normalise import INPUT_CHANNELS
from inference.training.errors import TrainingError

OPSET = 17
_TOLERANCE = 1e-4


class _WithProbabilities(nn.Module):
    """The network followed by the softmax, so that a file gives probabilities."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        probabilities: Tensor = self.network(image).softmax(dim=1)
        return probabilities


def export_onnx(network: nn.Module, path: Path) -> float:
    """Write `network` to `path` with dynamic N, H and W; batch norms become part of the weights.

    Returns
    -------
    The largest difference of a probability between torch and onnxruntime on random input.

    Raises
    ------
    TrainingError
        That difference is above 1e-4: the file is not the network.

    """
    model = _WithProbabilities(network).eval()
    axes = {0: "n", 2: "height", 3: "width"}
    with warnings.catch_warnings():
        # The exporter's successor needs a further package and cannot write opset 17.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            model,
            (torch.zeros(1, INPUT_CHANNELS, 64, 64),),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=[INPUT_NAME],
            output_names=[OUTPUT_NAME],
            dynamic_axes={INPUT_NAME: axes, OUTPUT_NAME: axes},
        )
    difference = _parity(model, path)
    if difference > _TOLERANCE:
        raise TrainingError(
            f"{path}: onnxruntime and torch differ by {difference:.1e}, more than {_TOLERANCE:.0e}"
        )
    return difference


def save_weights(network: nn.Module, path: Path) -> None:
    """Write the weights so that a later run can continue from them."""
    torch.save(network.state_dict(), path)


def write_contract(path: Path, contract: ModelContract) -> None:
    """Put `contract` into the metadata of the ONNX file at `path`, replacing an older one."""
    model = onnx.load(path)
    del model.metadata_props[:]
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, contract.to_json()
    model.doc_string = contract.name
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def gflop(network: nn.Module, height: int, width: int) -> float:
    """Floating-point operations for one image in units of 10⁹; a multiply-add counts two."""
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        network(torch.zeros(1, INPUT_CHANNELS, height, width))
    return float(counter.get_total_flops()) / 1e9


def _parity(model: nn.Module, path: Path) -> float:
    # Not the traced shape: this also proves that the axes are dynamic.
    generator = torch.Generator().manual_seed(0)
    image = 0.3 * torch.randn(2, INPUT_CHANNELS, 96, 128, generator=generator)
    with torch.no_grad():
        expected = model(image).numpy()
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    (found,) = session.run([OUTPUT_NAME], {INPUT_NAME: image.numpy()})
    return float(np.abs(found - expected).max())
