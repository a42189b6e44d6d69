"""What an image file says about itself before any pixel is decoded."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

ImageFormat: TypeAlias = Literal["png", "jpeg", "bmp"]
ColourModel: TypeAlias = Literal["rgb", "rgba", "grey", "grey-alpha", "palette", "cmyk"]


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Size and colour model as the file's header states them.

    Attributes
    ----------
    image_format
        Format by the file's first bytes, whatever its name says.
    width, height
        In pixels, as stored: an orientation note for viewers is not applied.
    colour
        How the file stores colour, before its conversion to three channels.

    """

    image_format: ImageFormat
    width: int
    height: int
    colour: ColourModel
