"""A freshly exported model on surfaces it never saw: thresholds on one half, scores on the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.decision import decide
from inference.evaluation import Evaluation, summarise, tally_image
from inference.model_contract import ModelContract
from inference.model_file import LoadedModel, load_model
from inference.normalise import normalise
from inference.rendering.fields import FloatArray
from inference.training.calibrate import calibrate
from inference.training.render_cache import RenderCache


@dataclass(frozen=True, slots=True)
class Judgement:
    """The calibrated contract, and how the model does with it on the other half."""

    contract: ModelContract
    evaluation: Evaluation


def judge(model_path: Path, held_out: RenderCache) -> Judgement:
    """Calibrate the model at `model_path` on every other surface and score it on the rest."""
    model = load_model(model_path)
    to_calibrate, to_score = _half(held_out, 0), _half(held_out, 1)
    contract = calibrate(
        model.contract, _probabilities(model, to_calibrate), tuple(to_calibrate.masks)
    )
    tallies = [
        tally_image(mask, decide(planes, contract))
        for planes, mask in zip(_probabilities(model, to_score), to_score.masks, strict=True)
    ]
    return Judgement(contract, summarise(tallies))


def _half(cache: RenderCache, first: int) -> RenderCache:
    return RenderCache(cache.pixels[first::2], cache.masks[first::2])


def _probabilities(model: LoadedModel, cache: RenderCache) -> Sequence[FloatArray]:
    return [model.run(normalise(pixels)) for pixels in cache.pixels]
