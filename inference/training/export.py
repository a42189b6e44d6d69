"""A trained network as an ONNX file that needs nothing but onnxruntime."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from inference.model_contract import INPUT_NAME, OUTPUT_NAME
from inference.normalise import INPUT_CHANNELS
from inference.training.errors import TrainingError
from inference.training.starting import ARCHITECTURE_KEY

OPSET = 17
_TOLERANCE = 1e-4


class _WithProbabilities(nn.Module):
    """The network followed by the softmax, so that a file gives probabilities."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        logits: Tensor = self.network(image)
        # The operator Softmax takes 8 ms for three planes in onnxruntime (it is made for long rows,
        # and transposes), its four steps take 1; OpenVINO makes one operator of them again.
        raised = (logits - logits.amax(dim=1, keepdim=True)).exp()
        return raised / raised.sum(dim=1, keepdim=True)


def export_onnx(network: nn.Module, path: Path, *, arch: str) -> float:
    """Write `network` to `path` with dynamic N, H and W; batch norms become part of the weights.

    The name `arch` of its architecture is kept in the file, so that it can be fine-tuned later.

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
        # Said of shapes that are worked out when the file runs, which is what is wanted.
        warnings.filterwarnings("ignore", message="Constant folding", category=UserWarning)
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
    written = onnx.load(path)
    entry = written.metadata_props.add()
    entry.key, entry.value = ARCHITECTURE_KEY, arch
    onnx.checker.check_model(written, full_check=True)
    onnx.save(written, path)
    difference = _parity(model, path)
    if difference > _TOLERANCE:
        raise TrainingError(
            f"{path}: onnxruntime and torch differ by {difference:.1e}, more than {_TOLERANCE:.0e}"
        )
    return difference


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
