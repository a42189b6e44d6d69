"""The weights of a model file back in a network, to go on learning from them."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import numpy_helper
from torch import nn

from inference.model_contract import INPUT_NAME, OUTPUT_NAME
from inference.normalise import INPUT_CHANNELS
from inference.training.architectures.registry import build
from inference.training.errors import TrainingError
from inference.training.folding import convolutions, fold_norms

_TOLERANCE = 1e-3


def network_from(path: Path, arch: str) -> nn.Module:
    """A network of architecture `arch` that gives what the model file at `path` gives.

    A file keeps the batch norms within the convolutions, so the network has none; its
    convolutions take weights and biases of the file's, in the order in which both run them, and
    then both are compared on random input.

    Raises
    ------
    TrainingError
        It is the file of another architecture, or was made smaller (int8), which cannot be undone.

    """
    model = onnx.load(path)
    kinds = {node.op_type for node in model.graph.node}
    if kinds & {"QuantizeLinear", "DequantizeLinear", "QLinearConv", "ConvInteger"}:
        raise TrainingError(
            f"{path} was made smaller for speed (int8) and cannot learn; name the fp32 model"
        )
    network = build(arch)
    fold_norms(network)
    _take(network, model, path, arch)
    _compare(network, path, arch)
    return network


def _take(network: nn.Module, model: onnx.ModelProto, path: Path, arch: str) -> None:
    held = {entry.name: entry for entry in model.graph.initializer}
    for node in model.graph.node:
        # Equal weights are kept once, and the others named after them.
        if node.op_type == "Identity" and node.input[0] in held:
            held[node.output[0]] = held[node.input[0]]
    given = [node for node in model.graph.node if node.op_type in {"Conv", "ConvTranspose"}]
    wanted = convolutions(network)
    if len(given) != len(wanted):
        raise TrainingError(
            f"{path} has {len(given)} convolutions, a network of architecture {arch} has "
            f"{len(wanted)}: name its own architecture with --arch"
        )
    for node, (name, module) in zip(given, wanted, strict=True):
        for parameter, tensor in zip(("weight", "bias"), node.input[1:], strict=False):
            target = module.get_parameter(parameter)
            if tensor not in held:
                raise TrainingError(f"{path}: the {parameter} of {node.name} is no constant")
            values = torch.from_numpy(numpy_helper.to_array(held[tensor]).copy())
            if values.shape != target.shape:
                raise TrainingError(
                    f"{path}: {node.name} has {tuple(values.shape)} weights where {name} of "
                    f"architecture {arch} has {tuple(target.shape)}: name its own architecture "
                    "with --arch"
                )
            with torch.no_grad():
                target.copy_(values)


def _compare(network: nn.Module, path: Path, arch: str) -> None:
    image = np.random.default_rng(0).normal(0.0, 0.3, (1, INPUT_CHANNELS, 96, 64))
    image = image.astype(np.float32)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    (expected,) = session.run([OUTPUT_NAME], {INPUT_NAME: image})
    with torch.no_grad():
        found = network.eval()(torch.from_numpy(image)).softmax(dim=1).numpy()
    difference = float(np.abs(found - expected).max())
    if not difference <= _TOLERANCE:
        raise TrainingError(
            f"the weights of {path} in a network of architecture {arch} give other "
            f"probabilities (by {difference:.1e}): it is no model of this architecture"
        )
