"""A freshly exported model on images it never saw: thresholds on some, scores on others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.calibration import calibrate
from inference.choices import try_choices
from inference.decision import decide
from inference.evaluation import Evaluation, summarise, tally_image
from inference.fitting import fill_up
from inference.model_contract import ModelContract
from inference.model_file import LoadedModel, load_model
from inference.normalise import normalise
from inference.training.samples import Samples


@dataclass(frozen=True, slots=True)
class Judgement:
    """The calibrated contract, and how the model does with it on the images to score."""

    contract: ModelContract
    evaluation: Evaluation


def judge(model_path: Path, *, to_calibrate: Samples, to_score: Samples) -> Judgement:
    """Calibrate the model at `model_path` on some images and score it on others."""
    model = load_model(model_path)
    tried = try_choices(_seen_by(model, to_calibrate), model.contract)
    contract, _ = calibrate(model.contract, tried)
    tallies = [
        tally_image(truth, decide(probabilities, contract))
        for probabilities, truth in _seen_by(model, to_score)
    ]
    return Judgement(contract, summarise(tallies))


def _seen_by(
    model: LoadedModel, samples: Samples
) -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]]:
    """Probabilities and drawn mask of each image, one at a time."""
    for pixels, mask in zip(samples.pixels, samples.masks, strict=True):
        height, width = mask.shape
        yield model.run(fill_up(normalise(pixels)))[:, :height, :width], mask
