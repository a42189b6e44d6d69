"""The colours of label images, as labelme and the PASCAL VOC tools give them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from inference.classes import IGNORE, DefectClass

Colour: TypeAlias = tuple[int, int, int]


def palette_colour(index: int) -> Colour:
    """Red, green and blue of a label's index in the palette of PASCAL VOC.

    Bits 0, 3, 6 of the index are the highest bits of red, bits 1, 4, 7 those of green, bits 2, 5
    those of blue.

    Examples
    --------
    >>> [palette_colour(index) for index in (0, 1, 2, 255)]
    [(0, 0, 0), (128, 0, 0), (0, 128, 0), (224, 224, 192)]

    """
    red, green, blue = (
        sum((index >> 3 * bit + channel & 1) << 7 - bit for bit in range(3)) for channel in range(3)
    )
    return red, green, blue


# labelme writes index 255 where nobody judged (its −1).
COLOURS: Final[Mapping[Colour, int]] = MappingProxyType(
    {
        palette_colour(0): DefectClass.BACKGROUND,
        palette_colour(1): DefectClass.SCRATCH,
        palette_colour(2): DefectClass.STAIN,
        palette_colour(255): IGNORE,
        (255, 255, 255): IGNORE,
    }
)
_NAMES: Final = (
    ("ignore", IGNORE),
    ("background", DefectClass.BACKGROUND),
    ("scratch", DefectClass.SCRATCH),
    ("stain", DefectClass.STAIN),
)


def class_named(name: str) -> int | None:
    """The mask value of a label's name; None where it names no class of ours.

    Examples
    --------
    >>> class_named("_background_"), class_named("Stain area"), class_named("dent")
    (0, 2, None)

    """
    found = {int(value) for word, value in _NAMES if word in name.casefold()}
    return found.pop() if len(found) == 1 else None


def colours_by_names(names: Sequence[str]) -> Mapping[Colour, int] | None:
    """The colours of a label image whose indices stand for `names`, in their order.

    labelme numbers the names of each image anew, so an image with stains only has them in the
    colour of index 1. None where a name is no class of ours: then nothing is known of the order.

    Examples
    --------
    >>> colours_by_names(["_background_", "stain"])[128, 0, 0]
    2
    >>> colours_by_names(["_background_", "1"]) is None
    True

    """
    values = [class_named(name) for name in names]
    if not names or None in values:
        return None
    named = {
        palette_colour(index): value for index, value in enumerate(values) if value is not None
    }
    return {palette_colour(255): IGNORE, **named}
