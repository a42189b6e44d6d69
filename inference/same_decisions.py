"""Whether two models, or two engines, come to the same masks and to the same charted numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.defects import find_defects
from inference.errors import EvaluationError
from inference.metrics import CHARTED_METRICS, measure_surface
from inference.segmenter import Segmentation, Segmenter


@dataclass(frozen=True, slots=True)
class Sameness:
    """How far a second model agrees with a first one on a set of images.

    Attributes
    ----------
    images
        How many were compared.
    pixels
        Share of all pixels that both give the same class.
    worst_image
        That share in the image where it is lowest.
    metric_means
        Each charted metric's mean by the first model and by the second one.

    """

    images: int
    pixels: float
    worst_image: float
    metric_means: Mapping[str, tuple[float, float]]

    @property
    def largest_change(self) -> float:
        """The largest change of a mean, as a share of the first model's; infinite from 0."""
        return max(_change(*means) for means in self.metric_means.values())


def same_decisions(
    images: Iterable[npt.NDArray[np.uint8]], first: Segmenter, second: Segmenter
) -> Sameness:
    """Compare two models on images.

    Parameters
    ----------
    images
        Pixels (H, W, 3): blue, green, red.
    first, second
        Say, the same weights in 32 and in 8 bits.

    Raises
    ------
    EvaluationError
        There is no image.
    ImageRefusedError, ModelError
        As `Segmenter.segment`.

    """
    shares: list[float] = []
    sizes: list[int] = []
    metrics: list[tuple[list[float], list[float]]] = []
    for pixels in images:
        one, other = first.segment(pixels), second.segment(pixels)
        shares.append(float((one.mask == other.mask).mean()))
        sizes.append(one.mask.size)
        metrics.append((_charted(one), _charted(other)))
    if not shares:
        raise EvaluationError("there is no image to compare two models on")
    # (images, model, metric) → a mean for each model and metric.
    means = np.mean(metrics, axis=0)
    return Sameness(
        images=len(shares),
        pixels=float(np.average(shares, weights=sizes)),
        worst_image=min(shares),
        metric_means={
            name: (float(means[0, place]), float(means[1, place]))
            for place, name in enumerate(CHARTED_METRICS)
        },
    )


def _charted(segmentation: Segmentation) -> list[float]:
    height, width = segmentation.mask.shape
    defects = find_defects(segmentation.mask, segmentation.confidence)
    found = measure_surface(defects, width=width, height=height)
    return [float(getattr(found, name)) for name in CHARTED_METRICS]


def _change(before: float, after: float) -> float:
    if before == after:
        return 0.0
    return abs(after - before) / before if before else float("inf")
