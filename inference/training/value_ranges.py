"""The range of each tensor on typical images: as narrow as pays, since 8 bits share it out."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import helper

from inference.model_contract import INPUT_NAME
from inference.training.quantised_graph import ValueRange

_BINS: Final = 4096
_STEPS: Final = 255
# Fractions of the whole range that are tried.
_FRACTIONS: Final = np.linspace(0.15, 1.0, 86)

Planes = npt.NDArray[np.float32]


def value_ranges(
    model: onnx.ModelProto, tensors: frozenset[str], images: Sequence[Planes]
) -> dict[str, ValueRange]:
    """For each tensor the range with the least mean squared error of rounding and cutting off.

    Parameters
    ----------
    model
        In floating point.
    tensors
        Names in its graph.
    images
        Normalised planes (2, H, W).

    """
    names = sorted(tensors)
    lowest, highest = np.zeros(len(names)), np.zeros(len(names))
    for values in _outputs(model, names, images):
        lowest = np.minimum(lowest, [each.min() for each in values])
        highest = np.maximum(highest, [each.max() for each in values])
    # A tensor that is 0 everywhere may have any range but none.
    highest = np.maximum(highest, lowest + 1e-6)
    counts = np.zeros((len(names), _BINS))
    for values in _outputs(model, names, images):
        for place, each in enumerate(values):
            # 0 is met exactly in every range, and half of all values are.
            given = each[each != 0]
            ends = (float(lowest[place]), float(highest[place]))
            counts[place] += np.histogram(given, _BINS, ends)[0]
    return {
        name: _best(float(lowest[place]), float(highest[place]), counts[place])
        for place, name in enumerate(names)
    }


def channel_means(
    model: onnx.ModelProto, names: Sequence[str], images: Sequence[Planes]
) -> list[npt.NDArray[np.float64]]:
    """The mean of each channel of each tensor over all images, shape (channels,) each."""
    totals = [
        [each.mean(axis=(0, 2, 3), dtype=np.float64) for each in values]
        for values in _outputs(model, names, images)
    ]
    return [np.mean(of_images, axis=0) for of_images in zip(*totals, strict=True)]


def _best(lowest: float, highest: float, counts: npt.NDArray[np.float64]) -> ValueRange:
    width = (highest - lowest) / _BINS
    values = lowest + (np.arange(_BINS) + 0.5) * width
    losses = []
    for fraction in _FRACTIONS:
        low, high = fraction * lowest, fraction * highest
        cut = np.maximum(low - values, 0) + np.maximum(values - high, 0)
        rounding = ((high - low) / _STEPS) ** 2 / 12
        losses.append((counts * np.where(cut > 0, cut**2, rounding)).sum())
    fraction = _FRACTIONS[int(np.argmin(losses))]
    scale = np.float32(fraction * (highest - lowest) / _STEPS)
    return ValueRange(float(scale), round(-fraction * lowest / float(scale)))


def _outputs(
    model: onnx.ModelProto, names: Sequence[str], images: Sequence[Planes]
) -> Iterator[list[Planes]]:
    """The values of the tensors on each image, one image at a time."""
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    # Only these: whatever comes after them is then left out.
    del opened.graph.output[:]
    opened.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    options = ort.SessionOptions()
    options.log_severity_level = 4
    # Waiting threads that spin slow down whatever else the machine is doing.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(
        opened.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    for planes in images:
        yield session.run(list(names), {INPUT_NAME: planes[np.newaxis]})
