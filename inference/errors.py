"""What can go wrong between an image file and its measurements.

- `InferenceError`: the base of them all; catch it around one image.
  - `ImageRefusedError`: these bytes are not measured; `reason` is the word that is stored.
  - `ModelError`: a model file is missing, damaged or not of the agreed form.
    - `EngineError`: the library that is to run it is not here.
  - `EvaluationError`: an image and a mask cannot be compared.
  - `DatasetError`: a folder of images and masks cannot be used.
  - `SpecificationError`: a specification limit makes no sense.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

RefusalReason: TypeAlias = Literal[
    "TRUNCATED",
    "CORRUPT",
    "TOO_LARGE",
    "WRONG_TYPE",
    "BAD_FORMAT",
    "BAD_SHAPE",
    "MULTI_FRAME",
    "TRAILING_DATA",
    "IMPLAUSIBLE",
    "NON_FINITE",
]


class InferenceError(Exception):
    """The base of every error this package raises on purpose."""


class ImageRefusedError(InferenceError):
    """An image that must not be measured.

    Parameters
    ----------
    reason
        One word of a fixed list, stored with the quarantined file and counted.
    message
        One sentence for a person: what was found, and the limit it met.

    Examples
    --------
    >>> error = ImageRefusedError("TOO_LARGE", "the file has 40 MB; the limit is 32 MB")
    >>> error.reason, str(error)
    ('TOO_LARGE', 'the file has 40 MB; the limit is 32 MB')

    """

    def __init__(self, reason: RefusalReason, message: str) -> None:
        super().__init__(message)
        self.reason: RefusalReason = reason

    def __reduce__(self) -> tuple[type[ImageRefusedError], tuple[RefusalReason, str]]:
        """Pickle with both arguments: the error crosses from a worker process."""
        return (type(self), (self.reason, str(self)))


class ModelError(InferenceError):
    """A model file that is missing, damaged or not of the agreed form."""


class EngineError(ModelError):
    """The library that is to run a model is unknown, or not installed."""


class EvaluationError(InferenceError):
    """An image and a mask that cannot be compared."""


class DatasetError(InferenceError):
    """A folder of images and masks that cannot be used."""


class SpecificationError(InferenceError):
    """A specification limit that makes no sense."""
