"""Whether a picture can be one of a part: a dead camera must not read as a part without defects.

Each rule is a threshold on one of `inference.picture.PictureStatistics`. The defaults are far from
what parts show: docs/arrival.md has the figures of real and of rendered parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from inference.errors import ImageRefusedError
from inference.picture import PictureStatistics


@dataclass(frozen=True, slots=True)
class PlausibilityLimits:
    """Thresholds beyond which a picture is no picture of a part.

    The fields bear the names of the statistics they bound. A least value of 0 and a largest share
    of 1 (a largest brightness of 255) are no limits.
    """

    min_brightness: float = 12.0
    max_brightness: float = 235.0
    min_contrast: float = 1.5
    min_sharpness: float = 3.0
    min_detail: float = 25.0
    max_dark_share: float = 0.25
    max_saturated_share: float = 0.25
    max_flat_share: float = 0.2
    max_repeated_share: float = 0.1
    max_noise_share: float = 0.25
    min_chroma: float = 0.0


DEFAULT_PLAUSIBILITY: Final = PlausibilityLimits()

# In the order in which they are tried: the plainest cause first. Words say what a person would see.
_RULES: Final[tuple[tuple[str, bool, str], ...]] = (
    ("brightness", False, "the picture is black"),
    ("brightness", True, "the picture is white"),
    ("dark_share", True, "part of the picture is black"),
    ("saturated_share", True, "the picture is saturated"),
    ("flat_share", True, "part of the picture is one even area, as when half a frame is missing"),
    ("repeated_share", True, "lines of the picture repeat each other"),
    ("noise_share", True, "the picture, or part of it, is nothing but noise"),
    ("contrast", False, "the picture shows nothing: it has one grey level"),
    ("sharpness", False, "the picture is blurred"),
    ("detail", False, "the picture is blurred, or there is no part in it"),
    ("chroma", False, "the picture has not the colour of a part"),
)
_BEYOND: Final[dict[bool, Callable[[float, float], bool]]] = {
    True: lambda value, limit: value > limit,
    False: lambda value, limit: value < limit,
}


def check_plausible(statistics: PictureStatistics, limits: PlausibilityLimits) -> None:
    """Refuse a picture beyond one of the `limits`.

    Raises
    ------
    ImageRefusedError
        IMPLAUSIBLE, with the statistic that failed, its value and the threshold.

    Examples
    --------
    >>> import numpy as np
    >>> from inference.picture import picture_statistics
    >>> white = picture_statistics(np.full((64, 64, 3), 255, dtype=np.uint8))
    >>> check_plausible(white, DEFAULT_PLAUSIBILITY)
    Traceback (most recent call last):
    ...
    inference.errors.ImageRefusedError: the picture is white: brightness 255 is above 235 ([plausibility] max_brightness)

    """
    for name, is_upper, words in _RULES:
        key = f"{'max' if is_upper else 'min'}_{name}"
        limit: float = getattr(limits, key)
        value: float = getattr(statistics, name)
        if _BEYOND[is_upper](value, limit):
            side = "above" if is_upper else "below"
            raise ImageRefusedError(
                "IMPLAUSIBLE",
                f"{words}: {name} {value:.3g} is {side} {limit:g} ([plausibility] {key})",
            )
