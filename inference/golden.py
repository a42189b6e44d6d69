"""Golden images: small pictures in a model file with what the model makes of them.

Names of classes in a file's metadata are words; whether the channels follow them can only be seen
from what they say of a known defect. So a model carries a picture for each defect class that it
learnt, the pixels that are that defect, and the mean probabilities that it gave there when it was
exported. A model whose classes are permuted or whose weights are not those of the export gives others.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import CLASS_NAMES, DefectClass
from inference.errors import ModelError
from inference.normalise import normalise
from inference.overlay import encode_png

GOLDEN_KEY: Final = "blemish-golden"
# Of a mean probability: ten times what 8 bits and other processors change.
TOLERANCE: Final = 0.1

Run = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class GoldenImage:
    """A picture of one defect.

    Attributes
    ----------
    defect_class
        What the defect is.
    pixels : shape (H, W, 3)
        Blue, green, red; sides are multiples of 16. Blue is 0: no model sees it.
    region : shape (H, W)
        True on the defect.
    expected
        Mean probability over the region of each class, in the order of `DefectClass`.

    """

    defect_class: DefectClass
    pixels: npt.NDArray[np.uint8]
    region: npt.NDArray[np.bool_]
    expected: tuple[float, ...]

    def found_by(self, run: Run) -> tuple[float, ...]:
        """The mean probabilities over the region that a model gives now."""
        planes = run(normalise(self.pixels))
        return tuple(float(plane[self.region].mean()) for plane in planes)

    def to_fields(self) -> dict[str, Any]:
        """The image as JSON has it."""
        return {
            "class": self.defect_class.label,
            "image": _as_text(self.pixels),
            "region": _as_text(self.region.view(np.uint8)),
            "expected": [round(value, 4) for value in self.expected],
        }

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> Self:
        """Read what `to_fields` wrote; KeyError, TypeError or ValueError where it is something else."""
        pixels, region = _from_text(fields["image"]), _from_text(fields["region"])
        expected = tuple(float(value) for value in fields["expected"])
        if pixels.ndim != 3 or pixels.shape[:2] != region.shape or not region.any():
            raise ValueError(f"picture {pixels.shape}, region {region.shape}")
        if len(expected) != len(CLASS_NAMES):
            raise ValueError(f"{len(expected)} probabilities")
        defect_class = DefectClass(CLASS_NAMES.index(fields["class"]))
        return cls(defect_class, pixels, region.astype(np.bool_), expected)


def golden_to_json(images: tuple[GoldenImage, ...]) -> str:
    """The images as the metadata hold them."""
    return json.dumps([image.to_fields() for image in images])


def check_golden(text: str, run: Run) -> None:
    """Refuse a model that does not see in its golden images what it saw when it was exported.

    Parameters
    ----------
    text
        What `golden_to_json` wrote.
    run
        Gives probabilities (3, H, W) for normalised planes (2, H, W).

    Raises
    ------
    ModelError
        A mean probability is off by more than 0.1 or not a number, or the text is damaged.

    """
    try:
        images = [GoldenImage.from_fields(fields) for fields in json.loads(text)]
    except (KeyError, TypeError, ValueError, cv2.error) as error:
        raise ModelError(f"the model's golden images are damaged: {error!r}") from error
    if not images:
        raise ModelError("the model's golden images are damaged: the list is empty")
    for image in images:
        found = image.found_by(run)
        # Written so that NaN fails it, too.
        if not all(
            abs(value - expected) <= TOLERANCE
            for value, expected in zip(found, image.expected, strict=True)
        ):
            raise ModelError(
                f"on the {image.defect_class.label} that the file carries as golden image the "
                f"model gives {_in_words(found)}, at its export it gave "
                f"{_in_words(image.expected)}: its classes are permuted or its weights are not "
                "those of the export; export it again"
            )


def _in_words(probabilities: tuple[float, ...]) -> str:
    return ", ".join(
        f"{name} {value:.2f}" for name, value in zip(CLASS_NAMES, probabilities, strict=True)
    )


def _as_text(array: npt.NDArray[np.uint8]) -> str:
    return base64.b64encode(encode_png(array)).decode("ascii")


def _from_text(text: str) -> npt.NDArray[np.uint8]:
    data = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    array = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if array is None:
        raise ValueError("no PNG")
    return np.asarray(array, dtype=np.uint8)
