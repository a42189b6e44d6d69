"""The graph in which parts of a network are integers.

Weights take 7 bits. Without 8-bit dot products (AVX2 before VNNI) a processor adds two products of
an unsigned and a signed byte in 16 bits, which 255 x 127 x 2 overflows and 255 x 64 x 2 does not: with
7 bits all machines compute the same integers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from inference.training.integer_parts import FloatArray, IntegerParts, constants_of

LARGEST_WEIGHT: Final = 64
# Fractions of a channel's largest weight that are tried as its range.
_WEIGHT_RANGES: Final = np.linspace(0.6, 1.0, 41)


@dataclass(frozen=True, slots=True)
class ValueRange:
    """What 0 and 255 stand for in a tensor; 0.0 is always met exactly."""

    scale: float
    zero_point: int


@dataclass(frozen=True, slots=True)
class IntegerBias:
    """Where the bias of a convolution is kept, and the worth of one of its units by channel."""

    name: str
    scale: npt.NDArray[np.float32]


def quantised(
    model: onnx.ModelProto, parts: IntegerParts, ranges: Mapping[str, ValueRange]
) -> tuple[onnx.ModelProto, dict[str, IntegerBias]]:
    """A copy of `model` with pairs of quantising and dequantising nodes around `parts`.

    Returns
    -------
    The copy, and for each integer convolution where its bias is.

    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    constants = constants_of(model)
    writer = _Writer()
    renamed: dict[str, str] = {}
    biases: dict[str, IntegerBias] = {}
    for original in model.graph.node:
        node = onnx.NodeProto()
        node.CopyFrom(original)
        node.input[:] = [renamed.get(name, name) for name in original.input]
        if node.name in parts.convolutions:
            weights, *rest = (constants[name] for name in original.input[1:])
            bias = rest[0] if rest else np.zeros(len(weights))
            unit = ranges[parts.owner(original.input[0])].scale
            names, biases[node.name] = writer.integer_weights(node.name, weights, bias, unit)
            node.input[:] = [node.input[0], *names]
        writer.nodes.append(node)
        for tensor in original.output:
            if tensor in parts.tensors or tensor in parts.shared:
                renamed[tensor] = writer.round_trip(tensor, ranges[parts.owner(tensor)])
    del copy.graph.node[:]
    copy.graph.node.extend(writer.nodes)
    _keep_constants(copy, writer.constants)
    return copy, biases


def dequantised(tensor: str) -> str:
    """The name under which the rounded values of `tensor` go on."""
    return f"{tensor}/rounded"


class _Writer:
    """Nodes and constants of the graph that is being written."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def round_trip(self, tensor: str, values: ValueRange) -> str:
        """Bring `tensor` to 8 bits and back; the name of what comes back."""
        scale = self._constant(f"{tensor}/scale", np.float32(values.scale))
        zero = self._constant(f"{tensor}/zero", np.uint8(values.zero_point))
        small, back = f"{tensor}/8bit", dequantised(tensor)
        self.nodes += [
            helper.make_node("QuantizeLinear", [tensor, scale, zero], [small], name=small),
            helper.make_node("DequantizeLinear", [small, scale, zero], [back], name=back),
        ]
        return back

    def integer_weights(
        self, name: str, weights: FloatArray, bias: FloatArray, unit: float
    ) -> tuple[list[str], IntegerBias]:
        """Weights and bias of a convolution as integers; their names, dequantised."""
        scales = _weight_scales(weights)
        steps = np.round(weights / _by_channel(scales, weights.ndim))
        integers = np.clip(steps, -LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.int8)
        # What the engines add up in: the unit of the input times that of the weights.
        bias_scales = (np.float32(unit) * scales).astype(np.float32)
        limit = np.iinfo(np.int32).max
        bias_integers = np.clip(np.round(bias / bias_scales), -limit, limit).astype(np.int32)
        held = IntegerBias(f"{name}/bias", bias_scales)
        return [
            self._dequantise(f"{name}/weights", integers, scales),
            self._dequantise(held.name, bias_integers, bias_scales),
        ], held

    def _dequantise(
        self, name: str, integers: npt.NDArray[np.integer], scales: npt.NDArray[np.float32]
    ) -> str:
        inputs = [
            self._constant(name, integers),
            self._constant(f"{name}/scale", scales),
            self._constant(f"{name}/zero", np.zeros(len(scales), dtype=integers.dtype)),
        ]
        back = f"{name}/rounded"
        self.nodes.append(helper.make_node("DequantizeLinear", inputs, [back], name=back, axis=0))
        return back

    def _constant(self, name: str, value: npt.ArrayLike) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name


def _weight_scales(weights: FloatArray) -> npt.NDArray[np.float32]:
    """The worth of one unit, by output channel, with which rounding loses the least."""
    rows = weights.reshape(len(weights), -1)
    largest = np.abs(rows).max(axis=1, initial=0.0)
    # A channel without weights may have any unit but 0.
    largest[largest == 0.0] = 1.0
    tried = np.outer(_WEIGHT_RANGES, largest / LARGEST_WEIGHT).astype(np.float32)
    losses = [
        ((np.clip(np.round(rows / unit), -LARGEST_WEIGHT, LARGEST_WEIGHT) * unit - rows) ** 2).sum(
            axis=1
        )
        for unit in tried[:, :, np.newaxis]
    ]
    best = np.argmin(losses, axis=0)
    return np.ascontiguousarray(tried[best, np.arange(len(rows))])


def _by_channel(scales: npt.NDArray[np.float32], dimensions: int) -> npt.NDArray[np.float32]:
    return scales.reshape(-1, *(1,) * (dimensions - 1))


def _keep_constants(model: onnx.ModelProto, added: Iterable[onnx.TensorProto]) -> None:
    """Leave in `model` only the constants, old and new, that a node reads."""
    read = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in (*model.graph.initializer, *added) if tensor.name in read]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
