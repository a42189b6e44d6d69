"""The same weights in 8 bits beside a model that was just trained."""

from pathlib import Path

from inference.datasets.loading import load
from inference.datasets.reading import read_dataset
from inference.fitting import fit_into
from inference.training.quantise import CALIBRATION_IMAGES, Pixels, calibration_images, quantise
from inference.training.settings import TrainSettings


def write_twin(model: Path, settings: TrainSettings) -> Path:
    """Write `NAME_int8.onnx` beside `model`, with ranges from images such as it learned from.

    Raises
    ------
    TrainingError
        The network cannot be quantised, or does not see in 8 bits what it saw before.

    """
    twin = model.with_name(f"{model.stem}_int8.onnx")
    quantise(model, twin, _images(settings))
    return twin


def _images(settings: TrainSettings) -> tuple[Pixels, ...]:
    if settings.data is None:
        return calibration_images(processes=settings.threads)
    items = read_dataset(settings.data, classes=settings.classes).items
    # Spread over the set: neighbours in name are often neighbours in light.
    step = max(len(items) // CALIBRATION_IMAGES, 1)
    side = (settings.input_side, settings.input_side)
    return tuple(fit_into(load(item)[0], side) for item in items[::step][:CALIBRATION_IMAGES])
