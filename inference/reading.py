"""Image files: from bytes to pixels, or to a refusal that says why.

What is measured must be what arrived: the hash and the pixels come from the same buffer, the format
is the one of the first bytes, and sizes are checked in the header before memory is spent.

One rule for colour: a picture becomes three channels of 8 bits. Grey is repeated, a palette
is looked up, alpha is ignored (it can neither hide a stain nor darken one), colour profiles and gamma
are ignored. One rule for orientation: pixels stay as stored; the note that cameras leave for viewers
(EXIF) is not applied, so a position on the part does not depend on who opened the file.
"""

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.decoder_messages import DecoderMessages
from inference.errors import ImageRefusedError
from inference.image_format import check_file, read_header
from inference.image_header import ColourModel, ImageFormat, ImageHeader

_BLOCK: Final = 8
_MISSING_JPEG_LEVEL: Final = 128
_ENOUGH_PIXELS: Final = 9


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What is refused before decoding.

    Attributes
    ----------
    max_bytes
        Size of the file.
    max_pixels
        Width times height: bounds memory and time.
    max_side, min_side
        Width and height in pixels.

    """

    max_bytes: int = 64 * 2**20
    max_pixels: int = 25_000_000
    max_side: int = 10_000
    min_side: int = 16


DEFAULT_LIMITS: Final = ReadLimits()


@dataclass(frozen=True, slots=True)
class PartImage:
    """The pixels of one part, with the hash of the bytes they came from.

    Attributes
    ----------
    pixels : shape (height, width, 3)
        Blue, green, red; row 0 is the top.
    sha256
        Of the whole file, as 64 hexadecimal digits.
    width, height
        In pixels.
    image_format
        "png", "jpeg" or "bmp".
    colour
        How the file stored colour: "rgb", "rgba", "grey", "grey-alpha", "palette" or "cmyk".

    """

    pixels: npt.NDArray[np.uint8]
    sha256: str
    width: int
    height: int
    image_format: ImageFormat
    colour: ColourModel


def read_image(
    data: bytes, limits: ReadLimits = DEFAULT_LIMITS, *, messages: DecoderMessages | None = None
) -> PartImage:
    """Decode one image.

    Parameters
    ----------
    data
        The whole file.
    limits
        Sizes beyond which nothing is decoded.
    messages
        Catches what the decoder says, so that more damage is found; for processes of one thread.

    Raises
    ------
    ImageRefusedError
        With one of the reasons TRUNCATED, CORRUPT, TOO_LARGE, WRONG_TYPE, BAD_FORMAT, BAD_SHAPE,
        MULTI_FRAME, TRAILING_DATA.

    Examples
    --------
    >>> white = np.full((16, 24, 3), 255, dtype=np.uint8)
    >>> image = read_image(cv2.imencode(".png", white)[1].tobytes())
    >>> image.width, image.height, image.image_format, image.colour
    (24, 16, 'png', 'rgb')

    """
    header = checked_header(data, limits)
    with messages.caught() if messages else nullcontext():
        pixels = _decode(data, header)
    return PartImage(
        pixels=pixels,
        sha256=hashlib.sha256(data).hexdigest(),
        width=header.width,
        height=header.height,
        image_format=header.image_format,
        colour=header.colour,
    )


def pixel_key(pixels: npt.NDArray[np.uint8]) -> int:
    """A number that two pictures share only where every pixel is the same, in any file format.

    The first 64 bits, as a signed number, of the SHA-256 of height, width and pixels. Among ten
    million pictures the chance that any two different ones share it is 3 in a million.

    Parameters
    ----------
    pixels : shape (H, W, 3)
        Blue, green, red.

    Examples
    --------
    >>> wide, high = np.zeros((2, 8, 3), np.uint8), np.zeros((8, 2, 3), np.uint8)
    >>> pixel_key(wide) == pixel_key(wide.copy()), pixel_key(wide) == pixel_key(high)
    (True, False)

    """
    digest = hashlib.sha256(repr(pixels.shape).encode("ascii"))
    digest.update(np.ascontiguousarray(pixels).data)
    return int.from_bytes(digest.digest()[:8], "big", signed=True)


def checked_header(data: bytes, limits: ReadLimits = DEFAULT_LIMITS) -> ImageHeader:
    """The header of a file that may be decoded: within the limits, and one whole image.

    Raises
    ------
    ImageRefusedError
        As `read_image`.

    """
    if len(data) > limits.max_bytes:
        raise ImageRefusedError(
            "TOO_LARGE", f"the file has {len(data)} bytes; the limit is {limits.max_bytes}"
        )
    header = read_header(data)
    _check_size(header, limits)
    check_file(data, header.image_format)
    return header


def _check_size(header: ImageHeader, limits: ReadLimits) -> None:
    """Refuse sizes outside the limits, with the value and the limit."""
    size = f"the image has {header.width} x {header.height} pixels"
    if max(header.width, header.height) > limits.max_side:
        raise ImageRefusedError("TOO_LARGE", f"{size}; the limit of a side is {limits.max_side}")
    if header.width * header.height > limits.max_pixels:
        raise ImageRefusedError("TOO_LARGE", f"{size}; the limit is {limits.max_pixels} in all")
    if min(header.width, header.height) < limits.min_side:
        raise ImageRefusedError("BAD_SHAPE", f"{size}; a side needs at least {limits.min_side}")


def _decode(data: bytes, header: ImageHeader) -> npt.NDArray[np.uint8]:
    """Pixels by OpenCV, whose ways to fail (an error, nothing, a wrong picture) become one."""
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), flags)
    except cv2.error as error:
        raise ImageRefusedError("CORRUPT", f"the picture cannot be decoded: {error.err}") from error
    if pixels is None:
        raise ImageRefusedError("CORRUPT", "the picture data are damaged")
    if pixels.shape != (header.height, header.width, 3) or pixels.dtype != np.uint8:
        raise ImageRefusedError(
            "CORRUPT",
            f"decoded to {pixels.dtype} {pixels.shape}, "
            f"the header gives {header.width} x {header.height}",
        )
    decoded = np.asarray(pixels, dtype=np.uint8)
    if header.image_format == "jpeg" and _ends_in_filler(decoded):
        raise ImageRefusedError(
            "TRUNCATED", "the last block of the JPEG is filler: its data stop too early"
        )
    return decoded


def _ends_in_filler(pixels: npt.NDArray[np.uint8]) -> bool:
    """Whether a JPEG's last block is exactly the mid grey that stands for missing data.

    The decoder fills blocks that it found no data for, and only says so on stderr. Progressive files
    fade instead and are not told.
    """
    height, width = pixels.shape[:2]
    # Without the block's first row and column: colour is interpolated across its border.
    inner = pixels[(height - 1) // _BLOCK * _BLOCK + 1 :, (width - 1) // _BLOCK * _BLOCK + 1 :]
    if inner[..., 0].size < _ENOUGH_PIXELS or not (inner == _MISSING_JPEG_LEVEL).all():
        return False
    return not (pixels == _MISSING_JPEG_LEVEL).all()
