"""From class probabilities to a mask: thresholds, and a minimum size for a defect."""

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, DefectClass
from inference.model_contract import ModelContract


def decide(
    probabilities: npt.NDArray[np.float32], contract: ModelContract
) -> npt.NDArray[np.uint8]:
    """The class of each pixel, with components that are too small left out.

    A defect class is a candidate where its probability reaches its threshold. Where both are, the
    one further above its threshold, as a ratio, wins; a tie is a scratch.

    Parameters
    ----------
    probabilities : shape (3, H, W)
        One plane per class, in the order of `DefectClass`.
    contract
        Holds a threshold and a minimum area (pixels, 8-connected) for each defect class.

    Returns
    -------
    shape (H, W)
        Values of `DefectClass`.

    """
    scratch_threshold = np.float32(contract.thresholds[DefectClass.SCRATCH.label])
    stain_threshold = np.float32(contract.thresholds[DefectClass.STAIN.label])
    scratch_probability = probabilities[DefectClass.SCRATCH]
    stain_probability = probabilities[DefectClass.STAIN]
    # Comparisons instead of argmax: a twentieth of its time.
    scratch = scratch_probability >= scratch_threshold
    stain = stain_probability >= stain_threshold
    if (scratch & stain).any():
        scratch_leads = (
            scratch_probability * stain_threshold >= stain_probability * scratch_threshold
        )
        scratch &= ~stain | scratch_leads
        stain &= ~scratch
    mask: npt.NDArray[np.uint8] = scratch.view(np.uint8) * np.uint8(DefectClass.SCRATCH)
    mask += stain.view(np.uint8) * np.uint8(DefectClass.STAIN)
    for defect_class, pixels_of_class in zip(DEFECT_CLASSES, (scratch, stain), strict=True):
        _drop_small(mask, pixels_of_class, contract.minimum_area[defect_class.label])
    return mask


def assigned_confidence(
    probabilities: npt.NDArray[np.float32], mask: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """The probability of the class that each pixel was given, shape (H, W)."""
    confidence: npt.NDArray[np.float32] = probabilities[DefectClass.BACKGROUND].copy()
    for defect_class in DEFECT_CLASSES:
        np.copyto(confidence, probabilities[defect_class], where=mask == int(defect_class))
    return confidence


def _drop_small(
    mask: npt.NDArray[np.uint8], members: npt.NDArray[np.bool_], minimum_area: int
) -> None:
    """Set the components of `members` with fewer than `minimum_area` pixels to background."""
    positions = np.flatnonzero(members)
    if minimum_area <= 1 or positions.size == 0:
        return
    _, labels = cv2.connectedComponents(members.view(np.uint8), connectivity=8)
    labels_of_members = labels.ravel()[positions]
    too_small = np.bincount(labels_of_members) < minimum_area
    np.put(mask, positions[too_small[labels_of_members]], DefectClass.BACKGROUND)
