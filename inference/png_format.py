"""PNG files: the header, and the walk over the chunks that shows the file is one whole image."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from inference.errors import ImageRefusedError
from inference.image_header import ColourModel, ImageHeader

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER_END: Final = 33  # signature 8, then IHDR: length 4, name 4, data 13, CRC 4
_CHUNK_FRAME: Final = 12  # length, name and CRC around a chunk's data
_LONGEST_CHUNK: Final = 2**31 - 1
# Colour type → colour model and the bit depths the standard allows for it.
_COLOURS: Final[dict[int, tuple[ColourModel, tuple[int, ...]]]] = {
    0: ("grey", (1, 2, 4, 8, 16)),
    2: ("rgb", (8, 16)),
    3: ("palette", (1, 2, 4, 8)),
    4: ("grey-alpha", (8, 16)),
    6: ("rgba", (8, 16)),
}
_ANIMATION: Final = frozenset({b"acTL", b"fcTL", b"fdAT"})
_CRITICAL: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})


def read_png_header(data: bytes) -> ImageHeader:
    """Size and colour model from the IHDR chunk.

    Raises
    ------
    ImageRefusedError
        TRUNCATED, CORRUPT, or BAD_FORMAT for 16 bits per colour.

    """
    if len(data) < _HEADER_END:
        raise ImageRefusedError("TRUNCATED", f"PNG of {len(data)} bytes ends within its header")
    width, height, depth, colour_type, compression, filtering, interlace = struct.unpack_from(
        ">IIBBBBB", data, 16
    )
    known = colour_type in _COLOURS and depth in _COLOURS[colour_type][1]
    if data[8:16] != b"\x00\x00\x00\rIHDR" or not known or compression or filtering:
        raise ImageRefusedError("CORRUPT", "PNG does not start with a valid IHDR chunk")
    if zlib.crc32(data[12:29]) != int.from_bytes(data[29:_HEADER_END], "big"):
        raise ImageRefusedError("CORRUPT", "PNG chunk IHDR at byte 8 has a wrong checksum")
    if not width or not height or interlace > 1:
        raise ImageRefusedError("CORRUPT", f"PNG header gives {width} x {height} pixels")
    if depth == 16:
        raise ImageRefusedError(
            "BAD_FORMAT", "PNG with 16 bits per colour; export 8 bits, scaled as the camera does"
        )
    return ImageHeader("png", width, height, _COLOURS[colour_type][0])


def check_png(data: bytes) -> None:
    """Walk the chunks: every checksum right, one image, nothing after IEND.

    Raises
    ------
    ImageRefusedError
        TRUNCATED, CORRUPT, MULTI_FRAME, BAD_FORMAT or TRAILING_DATA.

    """
    seen = set()
    end = len(PNG_SIGNATURE)
    for name, position, chunk_end in _chunks(data):
        if name in _ANIMATION:
            raise ImageRefusedError("MULTI_FRAME", "animated PNG: which frame is the part?")
        # The fifth bit of the first letter marks chunks without which no picture can be shown.
        if not name[0] & 0x20 and name not in _CRITICAL:
            raise ImageRefusedError(
                "BAD_FORMAT", f"PNG with unknown critical chunk {name!r} at byte {position}"
            )
        seen.add(name)
        end = chunk_end
        if name == b"IEND":
            break
    if b"IEND" not in seen:
        raise ImageRefusedError("TRUNCATED", f"PNG of {len(data)} bytes ends without IEND")
    if b"IDAT" not in seen:
        raise ImageRefusedError("CORRUPT", "PNG without picture data (IDAT)")
    if end != len(data):
        raise ImageRefusedError("TRAILING_DATA", f"{len(data) - end} bytes follow the end of PNG")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and end of each chunk whose checksum is right."""
    view = memoryview(data)
    position = len(PNG_SIGNATURE)
    while position < len(data):
        if position + _CHUNK_FRAME > len(data):
            raise ImageRefusedError("TRUNCATED", f"PNG ends within the chunk at byte {position}")
        length = int.from_bytes(view[position : position + 4], "big")
        name = bytes(view[position + 4 : position + 8])
        if not name.isalpha() or length > _LONGEST_CHUNK:
            raise ImageRefusedError("CORRUPT", f"no PNG chunk at byte {position}")
        end = position + _CHUNK_FRAME + length
        if end > len(data):
            raise ImageRefusedError(
                "TRUNCATED",
                f"PNG chunk {name.decode()} at byte {position} needs {length} bytes, "
                f"the file ends {end - len(data)} bytes too early",
            )
        if zlib.crc32(view[position + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise ImageRefusedError(
                "CORRUPT", f"PNG chunk {name.decode()} at byte {position} has a wrong checksum"
            )
        yield name, position, end
        position = end
