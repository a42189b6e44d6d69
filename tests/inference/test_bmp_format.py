import struct

import cv2
import numpy as np
import pytest

from inference.errors import ImageRefusedError
from inference.reading import read_image

HEIGHT, WIDTH = 18, 17  # a row of 17 x 3 bytes is padded to 52
RNG = np.random.default_rng(13)
BGR = RNG.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def bmp(
    rows,
    *,
    bits=24,
    width=WIDTH,
    height=HEIGHT,
    compression=0,
    planes=1,
    between=b"",
    file_size=None,
    header_size=40,
):
    """A BMP with the given rows, first row first in the file; `between` is a palette or masks."""
    body = b"".join(row + bytes(-len(row) % 4) for row in rows)
    offset = 14 + 40 + len(between)
    size = offset + len(body) if file_size is None else file_size
    return (
        struct.pack("<2sIHHI", b"BM", size, 0, 0, offset)
        + struct.pack(
            "<IiiHHIIiiII",
            header_size,
            width,
            height,
            planes,
            bits,
            compression,
            0,
            0,
            0,
            len(between) // 4 if bits <= 8 else 0,
            0,
        )
        + between
        + body
    )


def bottom_up(pixels):
    return [row.tobytes() for row in pixels[::-1]]


GOOD = bmp(bottom_up(BGR))


def reason_of(data):
    with pytest.raises(ImageRefusedError) as refused:
        read_image(data)
    return refused.value.reason


def test_rows_are_stored_from_the_bottom_unless_the_height_is_negative():
    top_down = bmp([row.tobytes() for row in BGR], height=-HEIGHT)
    for data in (GOOD, top_down):
        image = read_image(data)
        assert np.array_equal(image.pixels, BGR)
        assert (image.width, image.height, image.image_format) == (17, 18, "bmp")


def test_a_palette_is_looked_up():
    palette = RNG.integers(0, 256, (256, 4), dtype=np.uint8)
    palette[:, 3] = 0
    index = BGR[..., 0]
    image = read_image(bmp(bottom_up(index), bits=8, between=palette.tobytes()))
    assert image.colour == "palette"
    assert np.array_equal(image.pixels, palette[index][..., :3])


def test_the_fourth_byte_of_a_pixel_is_ignored():
    four = np.dstack([BGR, RNG.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)])
    masks = struct.pack("<III", 0xFF0000, 0xFF00, 0xFF)
    plain = read_image(bmp(bottom_up(four), bits=32))
    masked = read_image(bmp(bottom_up(four), bits=32, compression=3, between=masks))
    written_by_opencv = read_image(cv2.imencode(".bmp", four)[1].tobytes())
    for image in (plain, masked, written_by_opencv):
        assert image.colour == "rgba"
        assert np.array_equal(image.pixels, BGR)


def test_every_truncation_of_a_bmp_is_refused():
    assert {reason_of(GOOD[:length]) for length in range(1, len(GOOD))} == {"TRUNCATED"}


def test_a_size_of_zero_in_the_header_is_allowed():
    assert read_image(bmp(bottom_up(BGR), file_size=0)).width == WIDTH


def test_a_file_rounded_up_to_four_bytes_is_allowed():
    assert read_image(GOOD + b"\0\0").width == WIDTH


def test_bytes_after_the_end_are_refused():
    assert reason_of(GOOD + GOOD) == "TRAILING_DATA"
    with pytest.raises(ImageRefusedError, match="4 bytes follow"):
        read_image(GOOD + b"more")


ODD_FILES = {
    "header of unknown size": (bmp(bottom_up(BGR), header_size=41), "CORRUPT"),
    "no width": (bmp(bottom_up(BGR), width=0), "CORRUPT"),
    "two planes": (bmp(bottom_up(BGR), planes=2), "CORRUPT"),
    "run-length coded": (bmp(bottom_up(BGR), bits=8, compression=1), "BAD_FORMAT"),
    "an embedded PNG": (bmp(bottom_up(BGR), compression=5), "BAD_FORMAT"),
    "16 bits per pixel": (bmp(bottom_up(BGR), bits=16), "BAD_FORMAT"),
    "masks of 10 bits": (
        bmp(
            bottom_up(BGR),
            bits=32,
            compression=3,
            between=struct.pack("<III", 0x3FF00000, 0xFFC00, 0x3FF),
        ),
        "BAD_FORMAT",
    ),
    "masks cut off": (bmp([], bits=32, compression=3)[:60], "TRUNCATED"),
    "wider than its bytes": (bmp(bottom_up(BGR), width=WIDTH + 4), "TRUNCATED"),
    "more bytes promised": (bmp(bottom_up(BGR), file_size=100_000), "TRUNCATED"),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_an_odd_bmp_is_refused(name):
    data, reason = ODD_FILES[name]
    assert reason_of(data) == reason


def test_the_oldest_header_is_read():
    rows = b"".join(row + bytes(-len(row) % 4) for row in bottom_up(BGR))
    head = struct.pack("<2sIHHIIHHHH", b"BM", 26 + len(rows), 0, 0, 26, 12, WIDTH, HEIGHT, 1, 24)
    assert np.array_equal(read_image(head + rows).pixels, BGR)
