"""BMP files: the header, and the check that the stated sizes fit the bytes."""

import struct
from dataclasses import dataclass
from typing import Final

from inference.errors import ImageRefusedError
from inference.image_header import ColourModel, ImageHeader

BMP_SIGNATURE: Final = b"BM"
_FILE_HEADER: Final = 14
_OLD_HEADER: Final = 12
_PLAIN_HEADER: Final = 40
_KNOWN_HEADERS: Final = frozenset({_OLD_HEADER, _PLAIN_HEADER, 52, 56, 64, 108, 124})
_COLOURS: Final[dict[int, ColourModel]] = {
    1: "palette",
    4: "palette",
    8: "palette",
    24: "rgb",
    32: "rgba",
}
_UNCOMPRESSED: Final = 0
_BIT_FIELDS: Final = 3
_EIGHT_BIT_MASKS: Final = (0x00FF0000, 0x0000FF00, 0x000000FF)
# Some writers round the file up to a multiple of four bytes.
_PADDING: Final = 3


@dataclass(frozen=True, slots=True)
class _Layout:
    """The sizes in a BMP's two headers, in bytes and pixels."""

    file_size: int
    pixel_offset: int
    width: int
    height: int
    bits: int

    @property
    def end(self) -> int:
        """End of the pixels: rows are padded to four bytes."""
        row = (self.width * self.bits + 31) // 32 * 4
        return self.pixel_offset + row * self.height


def read_bmp_header(data: bytes) -> ImageHeader:
    """Size and colour model from the file header.

    Raises
    ------
    ImageRefusedError
        TRUNCATED, CORRUPT, or BAD_FORMAT for compressed pixels and rare depths.

    """
    layout = _layout(data)
    return ImageHeader("bmp", layout.width, layout.height, _COLOURS[layout.bits])


def check_bmp(data: bytes) -> None:
    """Compare the sizes in the header with the number of bytes.

    Raises
    ------
    ImageRefusedError
        TRUNCATED or TRAILING_DATA.

    """
    layout = _layout(data)
    needed = max(layout.end, layout.file_size)
    if len(data) < needed:
        raise ImageRefusedError("TRUNCATED", f"BMP of {len(data)} bytes should have {needed}")
    # A colour profile may follow the pixels; the stated size then includes it.
    if len(data) > max(layout.file_size, layout.end + _PADDING):
        raise ImageRefusedError(
            "TRAILING_DATA", f"{len(data) - needed} bytes follow the end of BMP"
        )


def _layout(data: bytes) -> _Layout:
    """The sizes, after every field that decides how pixels are read was checked."""
    header_size = int.from_bytes(data[_FILE_HEADER : _FILE_HEADER + 4], "little")
    if len(data) < _FILE_HEADER + 4 or len(data) < _FILE_HEADER + header_size:
        raise ImageRefusedError("TRUNCATED", f"BMP of {len(data)} bytes ends within its header")
    if header_size not in _KNOWN_HEADERS:
        raise ImageRefusedError("CORRUPT", f"BMP with a header of {header_size} bytes")
    file_size, pixel_offset = struct.unpack_from("<I4xI", data, 2)
    compression = _UNCOMPRESSED
    if header_size == _OLD_HEADER:
        width, height, planes, bits = struct.unpack_from("<HHHH", data, _FILE_HEADER + 4)
    else:
        width, height, planes, bits, compression = struct.unpack_from(
            "<iiHHI", data, _FILE_HEADER + 4
        )
    _check_pixels(data, bits, compression)
    # A negative height stands for rows from top to bottom.
    if width <= 0 or height == 0 or planes != 1 or pixel_offset < _FILE_HEADER + header_size:
        raise ImageRefusedError("CORRUPT", f"BMP header gives {width} x {height} pixels")
    return _Layout(file_size, pixel_offset, width, abs(height), bits)


def _check_pixels(data: bytes, bits: int, compression: int) -> None:
    """Refuse pixels that are compressed or not of 8 bits per colour."""
    if bits not in _COLOURS or compression not in (_UNCOMPRESSED, _BIT_FIELDS):
        raise ImageRefusedError(
            "BAD_FORMAT",
            f"BMP with {bits} bits per pixel, compression {compression}; "
            "1, 4, 8, 24 or 32 bits without compression are read",
        )
    if compression == _BIT_FIELDS:
        masks_at = _FILE_HEADER + _PLAIN_HEADER
        if len(data) < masks_at + 12:
            raise ImageRefusedError("TRUNCATED", "BMP ends within its colour masks")
        masks = struct.unpack_from("<III", data, masks_at)
        if bits != 32 or masks != _EIGHT_BIT_MASKS:
            raise ImageRefusedError("BAD_FORMAT", "BMP with colour masks other than 8 bits each")
