"""Which parts of an exported network can be integers.

Three kinds of layer stay in floating point. The convolution that reads the image: its two channels
fill no integer kernel (onnxruntime: 0.3 ms in float, 0.8 in 8 bits), and 8 bits are too few for the
input. The one that gives the logits: their rounding would be that of the probabilities. Transposed
convolutions: onnxruntime has no integer kernel for them, and as a 1 x 1 convolution followed by
DepthToSpace they take as long in 8 bits as they do in float.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

FloatArray = npt.NDArray[np.float64]

_ACTIVATIONS: Final = frozenset({"Relu", "Clip"})
_SAME_VALUES: Final = frozenset({"MaxPool"})
_JOINING: Final = frozenset({"Add", "Concat"})
_CONVOLUTIONS: Final = frozenset({"Conv", "ConvTranspose"})


@dataclass(frozen=True, slots=True)
class IntegerParts:
    """What is to be integer.

    Attributes
    ----------
    convolutions
        Name of each convolution → the tensor that it gives, after its activation.
    tensors
        Tensors with a range of their own.
    shared
        Tensor → the one whose range it has: pooling changes no range.

    """

    convolutions: Mapping[str, str]
    tensors: frozenset[str]
    shared: Mapping[str, str]

    def owner(self, tensor: str) -> str:
        """The tensor whose range `tensor` has."""
        while tensor in self.shared:
            tensor = self.shared[tensor]
        return tensor


def integer_parts(model: onnx.ModelProto) -> IntegerParts:
    """What of the exported network `model` can be integer."""
    nodes = list(model.graph.node)
    constants = constants_of(model)
    users = _users(nodes)
    before_a_convolution = _leading_to_convolutions(nodes)
    image = model.graph.input[0].name
    convolutions: dict[str, str] = {}
    tensors: set[str] = set()
    shared: dict[str, str] = {}
    for node in nodes:
        given = _after_activation(node, users)
        if node.op_type == "Conv":
            reads_image = node.input[0] == image
            if reads_image or given not in before_a_convolution or node.input[1] not in constants:
                continue
            convolutions[node.name] = given
            tensors |= {node.input[0], given}
        elif node.op_type in _JOINING and given in before_a_convolution:
            if not constants.keys() & set(node.input):
                tensors |= {*node.input, given}
        elif node.op_type in _SAME_VALUES:
            tensors.add(node.input[0])
            shared[node.output[0]] = node.input[0]
    return IntegerParts(convolutions, frozenset(tensors - shared.keys()), shared)


def constants_of(model: onnx.ModelProto) -> dict[str, FloatArray]:
    """Every weight by its name; the exporter gives equal ones a second name by an Identity node."""
    found = {
        tensor.name: numpy_helper.to_array(tensor).astype(np.float64)
        for tensor in model.graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT
    }
    for node in model.graph.node:
        if node.op_type == "Identity" and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
    return found


def _users(nodes: Iterable[onnx.NodeProto]) -> dict[str, list[onnx.NodeProto]]:
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in nodes:
        for name in node.input:
            users.setdefault(name, []).append(node)
    return users


def _after_activation(node: onnx.NodeProto, users: Mapping[str, list[onnx.NodeProto]]) -> str:
    """What `node` gives once its activation has been applied: the engines make one step of both."""
    given: str = node.output[0]
    following = users.get(given, [])
    if len(following) == 1 and following[0].op_type in _ACTIVATIONS:
        return str(following[0].output[0])
    return given


def _leading_to_convolutions(nodes: list[onnx.NodeProto]) -> set[str]:
    """The tensors that some convolution further on depends on."""
    found: set[str] = set()
    for node in reversed(nodes):
        if node.op_type in _CONVOLUTIONS or found.intersection(node.output):
            found.update(node.input)
    return found
