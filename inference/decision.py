"""From class probabilities to a mask: thresholds, seeds, and a minimum size for a defect.

A defect is drawn as far as its threshold reaches, but only where it is surely one somewhere: each
component must hold a pixel at the class's seed threshold (hysteresis, as Canny has it for edges).
So a faint end of a scratch is kept and a faint speck is not.
"""

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import CLASS_NAMES, DEFECT_CLASSES, DefectClass
from inference.model_contract import ModelContract

# Every fourth row and column: a sixteenth of the pixels tells an image's mean as well.
_ENTROPY_STEP: Final = 4


def decide(
    probabilities: npt.NDArray[np.float32], contract: ModelContract
) -> npt.NDArray[np.uint8]:
    """The class of each pixel, with components that are too small or too unsure left out.

    Parameters
    ----------
    probabilities : shape (3, H, W)
        One plane per class, in the order of `DefectClass`.
    contract
        Holds a threshold, a seed threshold and a minimum area (pixels, 8-connected) for each
        defect class.

    Returns
    -------
    shape (H, W)
        Values of `DefectClass`.

    """
    mask: npt.NDArray[np.uint8] = np.zeros(probabilities.shape[1:], dtype=np.uint8)
    found = candidates(
        probabilities,
        scratch_threshold=contract.thresholds[DefectClass.SCRATCH.label],
        stain_threshold=contract.thresholds[DefectClass.STAIN.label],
    )
    for defect_class, members in zip(DEFECT_CLASSES, found, strict=True):
        positions = np.flatnonzero(members)
        if positions.size == 0:
            continue
        kept = _kept(
            members,
            positions,
            probabilities[defect_class],
            seed=contract.seeds[defect_class.label],
            minimum_area=contract.minimum_area[defect_class.label],
        )
        np.put(mask, positions[kept], defect_class)
    return mask


def candidates(
    probabilities: npt.NDArray[np.float32], *, scratch_threshold: float, stain_threshold: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Pixels that may be scratch and pixels that may be stain; no pixel is both.

    A class is a candidate where its probability reaches its threshold. Where both do, the one
    further above its threshold, as a ratio, wins; a tie is a scratch.

    Parameters
    ----------
    probabilities : shape (3, H, W)
        One plane per class.
    scratch_threshold, stain_threshold
        In (0, 1].

    Returns
    -------
    scratch, stain : shape (H, W)

    """
    # In the planes' own precision: a probability equal to its threshold is enough.
    scratch_least, stain_least = np.float32(scratch_threshold), np.float32(stain_threshold)
    scratch_probability = probabilities[DefectClass.SCRATCH]
    stain_probability = probabilities[DefectClass.STAIN]
    # Comparisons instead of argmax: a twentieth of its time.
    scratch = scratch_probability >= scratch_least
    stain = stain_probability >= stain_least
    if (scratch & stain).any():
        scratch_leads = scratch_probability * stain_least >= stain_probability * scratch_least
        scratch &= ~stain | scratch_leads
        stain &= ~scratch
    return scratch, stain


def assigned_confidence(
    probabilities: npt.NDArray[np.float32], mask: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """The probability of the class that each pixel was given, shape (H, W)."""
    confidence: npt.NDArray[np.float32] = probabilities[DefectClass.BACKGROUND].copy()
    for defect_class in DEFECT_CLASSES:
        np.copyto(confidence, probabilities[defect_class], where=mask == int(defect_class))
    return confidence


def image_entropy(probabilities: npt.NDArray[np.float32]) -> float:
    """How undecided the model is about an image: mean entropy of every fourth row and column.

    Shannon's −Σ p log p of the class probabilities, in units of its largest value, log 3: 0 where
    every pixel is certain, 1 where all classes are equally likely everywhere.

    Parameters
    ----------
    probabilities : shape (3, H, W)
        One plane per class.

    Examples
    --------
    >>> round(image_entropy(np.full((3, 8, 8), 1 / 3, dtype=np.float32)), 6)
    1.0
    >>> image_entropy(np.eye(3, dtype=np.float32)[0].reshape(3, 1, 1))
    0.0

    """
    sampled = probabilities[:, ::_ENTROPY_STEP, ::_ENTROPY_STEP].astype(np.float64)
    # p log p is 0 where p is 0, but log 0 is not; quantised probabilities may fall below.
    logarithm = np.log(np.maximum(sampled, np.finfo(np.float64).tiny))
    # No product by BLAS: its threads would go on spinning on the core of the other worker.
    total = -float(np.sum(sampled * logarithm))
    largest = float(sampled[0].size) * math.log(len(CLASS_NAMES))
    return max(0.0, total) / largest


def _kept(
    members: npt.NDArray[np.bool_],
    positions: npt.NDArray[np.intp],
    probability: npt.NDArray[np.float32],
    *,
    seed: float,
    minimum_area: int,
) -> npt.NDArray[np.bool_]:
    """Which of the `positions` of `members` belong to a component that is kept."""
    count, labels = cv2.connectedComponents(members.view(np.uint8), connectivity=8)
    component = labels.ravel()[positions]
    seeded = np.zeros(count, dtype=np.bool_)
    seeded[component[probability.ravel()[positions] >= np.float32(seed)]] = True
    seeded &= np.bincount(component, minlength=count) >= minimum_area
    return np.asarray(seeded[component])
