"""The same weights in 8 bits: a model file that does most of its work in integers.

Post-training quantisation with QuantizeLinear/DequantizeLinear pairs, which every engine fuses into
integer convolutions: weights per output channel, activations per tensor, ranges that lose the
least on rendered surfaces, and biases moved so that no channel's mean is off (Nagel et al. 2021, "A
white paper on neural network quantization", arXiv 2106.08295, sections 3.1 and 4.2).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx

from inference.errors import ModelError
from inference.model_file import load_model
from inference.model_metadata import write_contract
from inference.normalise import normalise
from inference.training.bias_correction import correct_biases
from inference.training.errors import TrainingError
from inference.training.integer_parts import integer_parts
from inference.training.quantised_graph import quantised
from inference.training.renders import render_many
from inference.training.value_ranges import value_ranges
from inference.training.whole_files import whole_file

CALIBRATION_IMAGES: Final = 32
# Apart from the seeds of training: these surfaces belong to nobody else.
CALIBRATION_SEED: Final = 7_000_003
_FOR_BIASES: Final = 16

Pixels = npt.NDArray[np.uint8]


def quantise(fp32: Path, int8: Path, images: Sequence[Pixels]) -> None:
    """Write the model file `fp32` as `int8`, its contract and golden images included.

    Parameters
    ----------
    fp32
        As `blemish train` exports it. The contract's name gets "_int8" at its end.
    int8
        The file to write, whole or not at all.
    images
        Pixels (H, W, 3) of typical surfaces, some 32 (`calibration_images`). Only their ranges of
        values enter the file.

    Raises
    ------
    TrainingError
        There is no image, nothing in the network can be quantised, or the result does not see in
        its golden images what the original saw.
    ModelError
        `fp32` is missing, damaged or breaks the contract.

    """
    if not images:
        raise TrainingError("quantising needs some images: their values set the ranges")
    contract = load_model(fp32).contract
    model = onnx.load(fp32)
    parts = integer_parts(model)
    if not parts.convolutions:
        raise TrainingError(f"{fp32}: no convolution in it can be quantised")
    planes = [normalise(image) for image in images]
    small, biases = quantised(model, parts, value_ranges(model, parts.tensors, planes))
    correct_biases(model, small, parts, biases, planes[:_FOR_BIASES])
    onnx.checker.check_model(small, full_check=True)
    with whole_file(int8) as partial:
        onnx.save(small, partial)
        write_contract(partial, replace(contract, name=f"{contract.name}_int8"), partial)
        try:
            load_model(partial)
        except ModelError as error:
            raise TrainingError(f"{int8} would not be what {fp32} is: {error}") from error


def calibration_images(n: int = CALIBRATION_IMAGES, *, processes: int = 1) -> tuple[Pixels, ...]:
    """Rendered surfaces to quantise with: always the same ones, and nobody trains on them."""
    return render_many(n, CALIBRATION_SEED, processes=processes).pixels
