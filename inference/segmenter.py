"""Runs the segmentation model on one image at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.decision import assigned_confidence, decide, image_entropy
from inference.engines.choice import DEFAULT_PRECISION, Precision
from inference.errors import ImageRefusedError
from inference.fitting import fill_up, fit_into
from inference.model_contract import ModelContract
from inference.model_file import load_model
from inference.normalise import normalise
from inference.stages import Stopwatch

_MODELS_FOLDER: Final = Path(__file__).resolve().parent / "models"
_MODEL_FILES: Final[dict[Precision, str]] = {
    "fp32": "heat_sink_fast.onnx",
    "int8": "heat_sink_fast_int8.onnx",
}


def default_model_path(precision: Precision = DEFAULT_PRECISION) -> Path:
    """The model that is shipped with the package, in one of its two precisions."""
    return _MODELS_FOLDER / _MODEL_FILES[precision]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What the model saw in one image.

    Attributes
    ----------
    mask : shape (H, W)
        `DefectClass` of each pixel of the original image.
    confidence : shape (H, W)
        Probability, 0 to 1, of the class that the pixel was given.
    inference_ms
        Time from pixels to mask, in milliseconds.
    entropy
        How undecided the model was, 0 to 1: `inference.decision.image_entropy`.
    stage_ms
        Milliseconds of "normalise", "network" and "decide".

    """

    mask: npt.NDArray[np.uint8]
    confidence: npt.NDArray[np.float32]
    inference_ms: float
    entropy: float
    stage_ms: Mapping[str, float]


class Segmenter:
    """A model ready to segment; make one per process and keep it. Threads may share it.

    Parameters
    ----------
    model_path
        The ONNX file.
    threads
        Threads of this session. Two workers of one thread beat one of two.
    engine
        What runs it: one of `inference.engines.choice.ENGINE_NAMES`; None: what the file says.
    callers
        How many threads will segment with it at a time.

    Attributes
    ----------
    model_id
        SHA-256 of the model file: stored with every measurement.
    contract
        Classes, input size, thresholds and minimum areas.

    Raises
    ------
    ModelError
        The file is missing, damaged or breaks the contract.

    """

    def __init__(
        self,
        model_path: Path,
        *,
        threads: int = 1,
        engine: str | None = None,
        callers: int = 1,
    ) -> None:
        self._model = load_model(model_path, threads=threads, engine=engine, callers=callers)
        self.model_id: str = self._model.model_id
        self.contract: ModelContract = self._model.contract

    def segment(self, pixels: npt.NDArray[np.uint8]) -> Segmentation:
        """Give each pixel a class.

        An image of another size than the model's input is scaled, its aspect kept, until it fits;
        the sides are then filled up by reflection to what the model can divide. Thresholds and
        minimum areas hold at the model's scale; the mask is scaled back to the original pixels.

        Parameters
        ----------
        pixels : shape (H, W, 3)
            Blue, green, red.

        Raises
        ------
        ImageRefusedError
            NON_FINITE: the model returned NaN or infinity for this image.
        ModelError
            The model failed on this image.

        """
        stopwatch = Stopwatch()
        size = pixels.shape[:2]
        probabilities = self._probabilities(pixels, stopwatch)
        mask = decide(probabilities, self.contract)
        confidence = assigned_confidence(probabilities, mask)
        if mask.shape != size:
            target, nearest = (size[1], size[0]), cv2.INTER_NEAREST_EXACT
            mask = np.asarray(cv2.resize(mask, target, interpolation=nearest))
            confidence = np.asarray(cv2.resize(confidence, target, interpolation=nearest))
        entropy = image_entropy(probabilities)
        stopwatch.lap("decide")
        stage_ms = stopwatch.laps()
        return Segmentation(mask, confidence, sum(stage_ms.values()), entropy, stage_ms)

    def probabilities(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """The probability of each class, shape (3, h, w), at the scale the model sees.

        Parameters
        ----------
        pixels : shape (H, W, 3)
            Blue, green, red.

        Raises
        ------
        ImageRefusedError, ModelError
            As `segment`.

        """
        return self._probabilities(pixels, Stopwatch())

    def _probabilities(
        self, pixels: npt.NDArray[np.uint8], stopwatch: Stopwatch
    ) -> npt.NDArray[np.float32]:
        fitted = fit_into(pixels, self.contract.input_size)
        height, width = fitted.shape[:2]
        planes = fill_up(normalise(fitted))
        stopwatch.lap("normalise")
        probabilities = self._model.run(planes)[:, :height, :width]
        stopwatch.lap("network")
        # One infinity or NaN anywhere makes the sum so; no product by BLAS, see `image_entropy`.
        if not np.isfinite(probabilities.sum()):
            raise ImageRefusedError("NON_FINITE", "the model returned NaN or infinity")
        return probabilities
