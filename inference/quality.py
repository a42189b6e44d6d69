"""Statistics stored with an image: how the picture was taken, and how sure the model was."""

from dataclasses import dataclass

import cv2

from inference.picture import PictureStatistics
from inference.segmenter import Segmentation


@dataclass(frozen=True, slots=True)
class ImageStatistics:
    """How the picture was taken and how sure the model was.

    Attributes
    ----------
    brightness, contrast, focus
        As in `inference.picture.PictureStatistics`.
    mean_confidence
        Mean probability of the class each pixel was given, 0 to 1.
    background_share
        Share of pixels without a defect, 0 to 1.
    entropy
        How undecided the model was, 0 to 1: `inference.decision.image_entropy`.

    """

    brightness: float
    contrast: float
    focus: float
    mean_confidence: float
    background_share: float
    entropy: float


def image_statistics(picture: PictureStatistics, segmentation: Segmentation) -> ImageStatistics:
    """The statistics of one image.

    Parameters
    ----------
    picture
        Of its pixels.
    segmentation
        What the model made of them.

    """
    mask = segmentation.mask
    defect_pixels = cv2.countNonZero(mask)  # the background's number is 0
    return ImageStatistics(
        brightness=picture.brightness,
        contrast=picture.contrast,
        focus=picture.focus,
        mean_confidence=float(segmentation.confidence.mean()),
        background_share=1.0 - defect_pixels / mask.size,
        entropy=segmentation.entropy,
    )
