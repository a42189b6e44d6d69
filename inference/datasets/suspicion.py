"""What makes a label worth a second look, and where it is."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

SuspicionKind: TypeAlias = Literal["empty", "unjudged", "tiny", "touching", "seam", "identical"]
# What each kind means, for tables and documents.
KINDS: Final[dict[SuspicionKind, str]] = {
    "empty": "no defect is marked",
    "unjudged": "most of the image is left out (255)",
    "tiny": "an object of fewer than 5 px",
    "touching": "scratch and stain touch",
    "seam": "an object ends at the border to the neighbouring tile",
    "identical": "the same file is there as another part",
}


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A label that may be wrong; people decide.

    Attributes
    ----------
    kind
        One of `KINDS`.
    name
        Of the item.
    x, y
        A pixel of the place, from the top left; None where it is the whole image.
    detail
        What was found there.

    """

    kind: SuspicionKind
    name: str
    x: int | None
    y: int | None
    detail: str
