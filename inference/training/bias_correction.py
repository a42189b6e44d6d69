"""Rounding shifts a channel's mean a little, and layer after layer adds it up: take it out again."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import numpy_helper

from inference.training.integer_parts import IntegerParts
from inference.training.quantised_graph import IntegerBias, dequantised
from inference.training.value_ranges import Planes, channel_means


def correct_biases(
    model: onnx.ModelProto,
    small: onnx.ModelProto,
    parts: IntegerParts,
    biases: Mapping[str, IntegerBias],
    images: Sequence[Planes],
) -> None:
    """Move the biases of `small` until each layer's channels have the means they have in `model`.

    One layer after the other, since each sees what those before it have become.

    Parameters
    ----------
    model, small
        The network in floating point, and in 8 bits; `small` is changed.
    parts, biases
        What is integer in it, and where its biases are.
    images
        Normalised planes (2, H, W) to take the means over.

    """
    given = [parts.convolutions[name] for name in biases]
    wanted = channel_means(model, given, images)
    constants = {tensor.name: tensor for tensor in small.graph.initializer}
    for bias, tensor, target in zip(biases.values(), given, wanted, strict=True):
        (found,) = channel_means(small, [dequantised(tensor)], images)
        held = constants[bias.name]
        steps = np.round((target - found) / bias.scale).astype(np.int64)
        moved = (numpy_helper.to_array(held) + steps).astype(np.int32)
        held.CopyFrom(numpy_helper.from_array(moved, bias.name))
