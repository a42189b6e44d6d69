"""How one model does on a set of labelled images: over all, by quality tier, image by image."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.datasets.dataset import LabelledImage
from inference.datasets.loading import load
from inference.errors import EvaluationError, ImageRefusedError
from inference.evaluation import Evaluation, ImageTally, image_score, summarise, tally_image
from inference.segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class JudgedImage:
    """One image, what it contributes, and how long its mask took in milliseconds."""

    item: LabelledImage
    tally: ImageTally
    inference_ms: float


@dataclass(frozen=True, slots=True)
class ModelReport:
    """How a model does.

    Attributes
    ----------
    name
        What the model is called where it is compared with others.
    model_id
        SHA-256 of its file.
    overall
        Over all images.
    tiers
        Over the images of each quality tier, in the order of the tiers' names; empty where no
        tiers are known.
    images
        In the order they were judged.

    """

    name: str
    model_id: str
    overall: Evaluation
    tiers: dict[str, Evaluation]
    images: tuple[JudgedImage, ...]

    @property
    def inference_ms(self) -> float:
        """Median time from pixels to mask."""
        return float(np.median([image.inference_ms for image in self.images]))

    def worst(self, count: int) -> tuple[JudgedImage, ...]:
        """The images with the lowest `image_score`, worst first; of equals the most wrong pixels.

        Images on which nothing was drawn and nothing found are none of them.
        """
        scored = [
            (score, -_wrong_pixels(image.tally), number)
            for number, image in enumerate(self.images)
            if (score := image_score(image.tally)) is not None
        ]
        return tuple(self.images[number] for *_, number in sorted(scored)[:count])

    def to_dict(self, tier_of: Mapping[str, str]) -> dict[str, Any]:
        """What `blemish evaluate --json` prints; `tier_of` has the tier of an image by its name."""
        return {
            **self.overall.to_dict(),
            "model": {"name": self.name, "id": self.model_id, "inference_ms": self.inference_ms},
            "tiers": {tier: evaluation.to_dict() for tier, evaluation in self.tiers.items()},
            "images": [
                {
                    "name": image.item.name,
                    "tier": tier_of.get(image.item.name),
                    "score": image_score(image.tally),
                }
                for image in self.images
            ],
        }


def judge_images(items: Iterable[LabelledImage], segmenter: Segmenter) -> tuple[JudgedImage, ...]:
    """Segment each image and compare it with its mask; images are read one at a time.

    Raises
    ------
    DatasetError
        A file cannot be read.
    EvaluationError
        The model gives no mask for an image.

    """
    judged = []
    for item in items:
        pixels, truth = load(item)
        try:
            segmentation = segmenter.segment(pixels)
        except ImageRefusedError as error:
            raise EvaluationError(f"{item.image}: {error}") from error
        judged.append(
            JudgedImage(item, tally_image(truth, segmentation.mask), segmentation.inference_ms)
        )
    return tuple(judged)


def report_on(
    segmenter: Segmenter,
    images: Sequence[JudgedImage],
    tier_of: Mapping[str, str],
    *,
    name: str | None = None,
) -> ModelReport:
    """The report on a model from the images it was judged on.

    Parameters
    ----------
    segmenter
        The model.
    images
        At least one.
    tier_of
        The quality tier of each image by its name; empty where no tiers are known.
    name
        What the model is called; the name in its contract unless given.

    Raises
    ------
    EvaluationError
        There is no image.

    """
    tiers = sorted({tier_of[image.item.name] for image in images} if tier_of else ())
    return ModelReport(
        name=name or segmenter.contract.name,
        model_id=segmenter.model_id,
        overall=summarise([image.tally for image in images]),
        tiers={
            tier: summarise([each.tally for each in images if tier_of[each.item.name] == tier])
            for tier in tiers
        },
        images=tuple(images),
    )


def _wrong_pixels(tally: ImageTally) -> int:
    return int(tally.confusion.sum() - np.trace(tally.confusion))
