"""What every choice of seed and minimum area would give, from one pass over an image.

For one class and one threshold the components of an image are measured once; which of them a seed
threshold and a minimum area keep is then a matter of comparing numbers. That makes it cheap to try
hundreds of choices on hundreds of images.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, IGNORE, DefectClass
from inference.decision import candidates
from inference.scores import ONE_IN

# Columns of an outcome: first what scores are made of, then the charted metrics.
SHARED, DRAWN, FOUND, DRAWN_HIT, DRAWN_OBJECTS, FOUND_HIT, FOUND_OBJECTS = range(7)
METRICS: Final = slice(7, 10)
OUTCOME_COLUMNS: Final = 10


@dataclass(frozen=True, slots=True)
class Components:
    """The candidate components of one class in one image, and what was drawn there.

    Attributes
    ----------
    size, judged, right, peak, extent : shape (n,)
        Pixels of each component; those that somebody judged; those that the drawn mask has, too;
        its highest probability; its outline area (stain) or length (scratch), both in pixels.
    overlap : shape (n, drawn objects)
        Pixels that a component and a drawn object share.
    drawn : shape (drawn objects,)
        Pixels of each drawn object.
    pixels
        Of the image.

    """

    size: npt.NDArray[np.float64]
    judged: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    peak: npt.NDArray[np.float32]
    extent: npt.NDArray[np.float64]
    overlap: npt.NDArray[np.float64]
    drawn: npt.NDArray[np.float64]
    pixels: int


def find_components(
    probabilities: npt.NDArray[np.float32],
    truth: npt.NDArray[np.uint8],
    defect_class: DefectClass,
    *,
    threshold: float,
    other_threshold: float,
) -> Components:
    """Measure the candidates of a class.

    Parameters
    ----------
    probabilities : shape (3, H, W)
        As the model gives them.
    truth : shape (H, W)
        The drawn mask.
    defect_class
        Scratch or stain.
    threshold, other_threshold
        Of this class, and of the other one that may win a pixel.

    """
    is_scratch = defect_class is DefectClass.SCRATCH
    members = candidates(
        probabilities,
        scratch_threshold=threshold if is_scratch else other_threshold,
        stain_threshold=other_threshold if is_scratch else threshold,
    )[DEFECT_CLASSES.index(defect_class)]
    count, labels = _label(members)
    drawn_count, drawn_labels = _label(truth == defect_class)
    peak = np.zeros(count, dtype=np.float32)
    np.maximum.at(peak, labels[members], probabilities[defect_class][members])
    pair = labels.astype(np.int64) * drawn_count + drawn_labels
    overlap = np.bincount(pair.ravel(), minlength=count * drawn_count).astype(np.float64)
    overlap = overlap.reshape(count, drawn_count)[1:, 1:]
    return Components(
        size=_sizes(labels, count),
        judged=_sizes(labels[truth != IGNORE], count),
        right=overlap.sum(axis=1),
        peak=peak[1:],
        extent=_extents(members, labels, count, defect_class),
        overlap=overlap,
        drawn=_sizes(drawn_labels, drawn_count),
        pixels=truth.size,
    )


def outcomes(
    components: Components,
    seeds: npt.NDArray[np.float64],
    minimum_areas: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """What each choice of seed threshold and minimum area gives.

    A component that unjudged pixels cut in two counts as one object.

    Parameters
    ----------
    components
        Of one image.
    seeds, minimum_areas : shape (choices,)
        In pairs.

    Returns
    -------
    shape (choices, 10)
        Pixels in both masks, drawn, found; drawn objects hit, drawn objects, found objects hit,
        found objects; number of found objects, their share of the image in percent, the largest
        extent.

    """
    of = components
    kept = (of.peak >= seeds[:, np.newaxis].astype(np.float32)) & (
        of.size >= minimum_areas[:, np.newaxis]
    )
    # What lies wholly where nobody judged is neither right nor wrong.
    kept &= of.judged > 0
    # A product of truth values would be one, too, and not a number.
    counted = kept.astype(np.float64)
    result = np.zeros((len(seeds), OUTCOME_COLUMNS))
    result[:, SHARED] = counted @ of.right
    result[:, DRAWN] = of.drawn.sum()
    result[:, FOUND] = counted @ of.judged
    result[:, DRAWN_HIT] = ((counted @ of.overlap) * ONE_IN >= of.drawn).sum(axis=1)
    result[:, DRAWN_OBJECTS] = len(of.drawn)
    result[:, FOUND_HIT] = counted @ (of.right * ONE_IN >= of.judged)
    result[:, FOUND_OBJECTS] = kept.sum(axis=1)
    result[:, METRICS] = np.stack(
        [
            result[:, FOUND_OBJECTS],
            100.0 * result[:, FOUND] / of.pixels,
            np.where(kept, of.extent, 0.0).max(axis=1, initial=0.0),
        ],
        axis=1,
    )
    return result


def true_metrics(
    truth: npt.NDArray[np.uint8], defect_class: DefectClass
) -> npt.NDArray[np.float64]:
    """The metrics of `outcomes` for the drawn mask itself, shape (3,)."""
    drawn = truth == defect_class
    count, labels = _label(drawn)
    extents = _extents(drawn, labels, count, defect_class)
    return np.array([count - 1, 100.0 * drawn.sum() / truth.size, extents.max(initial=0.0)])


def _label(members: npt.NDArray[np.bool_]) -> tuple[int, npt.NDArray[np.int32]]:
    """Number of labels, that of the background included, and the label of each pixel."""
    count, labels = cv2.connectedComponents(members.view(np.uint8), connectivity=8)
    return count, np.asarray(labels, dtype=np.int32)


def _sizes(labels: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.float64]:
    return np.bincount(labels.ravel(), minlength=count)[1:].astype(np.float64)


def _extents(
    members: npt.NDArray[np.bool_],
    labels: npt.NDArray[np.int32],
    count: int,
    defect_class: DefectClass,
) -> npt.NDArray[np.float64]:
    """Outline area of each stain, or length of each scratch, as `inference.defects` has them."""
    extents = np.zeros(count)
    if count == 1:
        return extents[1:]
    outlines, hierarchy = cv2.findContours(
        members.view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    for outline, parent in zip(outlines, hierarchy[0, :, 3].tolist(), strict=True):
        if parent == -1:
            x, y = outline[0, 0]
            extents[labels[y, x]] = (
                max(cv2.minAreaRect(outline)[1])
                if defect_class is DefectClass.SCRATCH
                else cv2.contourArea(outline)
            )
    return extents[1:]
