"""JPEG files: the frame header, and the walk over the markers to the end of the image."""

import re
from collections.abc import Iterator
from typing import Final

from inference.errors import ImageRefusedError
from inference.image_header import ColourModel, ImageHeader

JPEG_SIGNATURE: Final = b"\xff\xd8\xff"
# A small progressive file can ask for hours of work by its number of scans; encoders use about 10.
MAX_SCANS: Final = 32
_COLOURS: Final[dict[int, ColourModel]] = {1: "grey", 3: "rgb", 4: "cmyk"}
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
# Lossless, hierarchical and arithmetic-coded frames; C4, C8 and CC are no frames.
_FOREIGN_FRAMES: Final = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN: Final = 0xDA
_END: Final = 0xD9
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAME_HEADER: Final = 10  # marker 2, length 2, precision 1, height 2, width 2, components 1
# Within picture data FF 00 is the byte FF, D0–D7 are restart marks, and FF FF is padding.
_MARKER_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def read_jpeg_header(data: bytes) -> ImageHeader:
    """Size and colour model from the frame header (SOF).

    Raises
    ------
    ImageRefusedError
        TRUNCATED, CORRUPT, or BAD_FORMAT for anything but 8 bits, baseline or progressive.

    """
    for marker, position, end in _segments(data):
        if marker in _FOREIGN_FRAMES:
            raise ImageRefusedError(
                "BAD_FORMAT", f"JPEG of kind SOF{marker - 0xC0}; only baseline and progressive"
            )
        if marker in _FRAMES:
            return _frame(data, position, end)
        if marker in (_SCAN, _END):
            break
    raise ImageRefusedError("CORRUPT", "JPEG without a frame header before its picture data")


def check_jpeg(data: bytes) -> None:
    """Walk the markers: one frame, an end mark (EOI), nothing after it.

    Raises
    ------
    ImageRefusedError
        TRUNCATED, CORRUPT, TRAILING_DATA, or TOO_LARGE for more than `MAX_SCANS` scans.

    """
    frames = scans = 0
    for marker, position, end in _segments(data):
        frames += marker in _FRAMES
        scans += marker == _SCAN
        if frames > 1 or marker == 0xD8:
            raise ImageRefusedError("CORRUPT", f"a second JPEG frame starts at byte {position}")
        if scans > MAX_SCANS:
            raise ImageRefusedError("TOO_LARGE", f"JPEG with more than {MAX_SCANS} scans")
        if marker == _END:
            _check_end(data, end, scans)


def _check_end(data: bytes, end: int, scans: int) -> None:
    """Refuse what the end mark at byte `end` leaves open."""
    if not scans:
        raise ImageRefusedError("CORRUPT", "JPEG without picture data")
    if end != len(data):
        kind = "another JPEG" if data.startswith(JPEG_SIGNATURE, end) else "other data"
        raise ImageRefusedError(
            "TRAILING_DATA", f"{len(data) - end} bytes follow the end of JPEG: {kind}"
        )


def _frame(data: bytes, position: int, end: int) -> ImageHeader:
    """The header from the frame segment between two bytes."""
    if end - position < _FRAME_HEADER:
        raise ImageRefusedError("CORRUPT", f"JPEG frame header at byte {position} is too short")
    precision = data[position + 4]
    height = int.from_bytes(data[position + 5 : position + 7], "big")
    width = int.from_bytes(data[position + 7 : position + 9], "big")
    components = data[position + 9]
    if precision != 8 or components not in _COLOURS:
        raise ImageRefusedError(
            "BAD_FORMAT", f"JPEG with {components} colours of {precision} bits; 8 bits are read"
        )
    if not width or not height:
        raise ImageRefusedError("BAD_FORMAT", f"JPEG header gives {width} x {height} pixels")
    return ImageHeader("jpeg", width, height, _COLOURS[components])


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first byte and end of each segment, through EOI.

    Picture data after a scan header is skipped; embedded thumbnails lie inside the segments of
    applications and are skipped with them.
    """
    position = 2
    while True:
        if position + 2 > len(data):
            raise ImageRefusedError("TRUNCATED", f"JPEG of {len(data)} bytes ends without EOI")
        if data[position] != 0xFF:
            raise ImageRefusedError("CORRUPT", f"no JPEG marker at byte {position}")
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == _END:
            yield marker, position, position + 2
            return
        end = position + 2 if marker in _STANDALONE or marker == 0xD8 else _end(data, position)
        yield marker, position, end
        position = _after_scan(data, end) if marker == _SCAN else end


def _end(data: bytes, position: int) -> int:
    """End of the segment that starts at `position`, from its stated length."""
    length = int.from_bytes(data[position + 2 : position + 4], "big")
    end = position + 2 + length
    if position + 4 > len(data) or end > len(data):
        raise ImageRefusedError("TRUNCATED", f"JPEG ends within the segment at byte {position}")
    if length < 2:
        raise ImageRefusedError("CORRUPT", f"JPEG segment at byte {position} has length {length}")
    return end


def _after_scan(data: bytes, position: int) -> int:
    """First marker that ends the picture data starting at `position`."""
    found = _MARKER_AFTER_SCAN.search(data, position)
    if found is None:
        raise ImageRefusedError("TRUNCATED", f"JPEG of {len(data)} bytes ends without EOI")
    return found.start()
