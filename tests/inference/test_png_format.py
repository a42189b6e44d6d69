import struct
import zlib

import cv2
import numpy as np
import pytest

from inference.errors import ImageRefusedError
from inference.png_format import PNG_SIGNATURE
from inference.reading import read_image

HEIGHT, WIDTH = 20, 24
RNG = np.random.default_rng(7)
COLOURS = RNG.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)  # red, green, blue
ALPHA = RNG.integers(0, 256, (HEIGHT, WIDTH, 1), dtype=np.uint8)


def chunk(name, content):
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def header(colour_type=2, depth=8, width=WIDTH, height=HEIGHT, rest=(0, 0, 0)):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, *rest))


def rows(samples):
    return chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in samples)))


def png(*chunks):
    return PNG_SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


GOOD = png(header(), rows(COLOURS))
BGR = COLOURS[..., ::-1]


def reason_of(data):
    with pytest.raises(ImageRefusedError) as refused:
        read_image(data)
    return refused.value.reason


def test_rgb_comes_back_as_blue_green_red():
    image = read_image(GOOD)
    assert np.array_equal(image.pixels, BGR)
    assert (image.width, image.height, image.image_format, image.colour) == (24, 20, "png", "rgb")


def test_alpha_is_ignored_not_blended():
    rgba = np.concatenate([COLOURS, ALPHA], axis=2)
    background = chunk(b"bKGD", struct.pack(">HHH", 1, 2, 3))
    image = read_image(png(header(colour_type=6), background, rows(rgba)))
    assert image.colour == "rgba"
    assert np.array_equal(image.pixels, BGR)


def test_a_transparent_colour_and_a_gamma_change_nothing():
    transparent = chunk(b"tRNS", struct.pack(">HHH", *(int(v) for v in COLOURS[0, 0])))
    gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
    assert np.array_equal(read_image(png(header(), gamma, transparent, rows(COLOURS))).pixels, BGR)


def test_grey_is_repeated_with_and_without_alpha():
    grey = COLOURS[..., :1]
    plain = read_image(png(header(colour_type=0), rows(grey)))
    with_alpha = read_image(png(header(colour_type=4), rows(np.concatenate([grey, ALPHA], axis=2))))
    assert (plain.colour, with_alpha.colour) == ("grey", "grey-alpha")
    for image in (plain, with_alpha):
        assert np.array_equal(image.pixels, np.repeat(grey, 3, axis=2))


def test_one_bit_grey_becomes_0_and_255():
    bits = COLOURS[..., 0] > 127
    image = read_image(png(header(colour_type=0, depth=1), rows(np.packbits(bits, axis=1))))
    assert np.array_equal(image.pixels, np.repeat(bits[..., None] * np.uint8(255), 3, axis=2))


def test_a_palette_is_looked_up_and_its_transparency_ignored():
    palette = RNG.integers(0, 256, (256, 3), dtype=np.uint8)
    index = COLOURS[..., 0]
    image = read_image(
        png(
            header(colour_type=3),
            chunk(b"PLTE", palette.tobytes()),
            chunk(b"tRNS", bytes(200)),
            rows(index),
        )
    )
    assert image.colour == "palette"
    assert np.array_equal(image.pixels, palette[index][..., ::-1])


def test_an_interlaced_picture_is_put_together():
    # Adam7: first row, first column, row step and column step of its seven passes.
    passes = (
        (0, 0, 8, 8),
        (0, 4, 8, 8),
        (4, 0, 8, 4),
        (0, 2, 4, 4),
        (2, 0, 4, 2),
        (0, 1, 2, 2),
        (1, 0, 2, 1),
    )
    samples = [row for top, left, down, right in passes for row in COLOURS[top::down, left::right]]
    assert np.array_equal(read_image(png(header(rest=(0, 0, 1)), rows(samples))).pixels, BGR)


def test_sixteen_bits_are_refused():
    samples = COLOURS.astype(">u2")
    data = png(header(depth=16), rows(samples))
    assert reason_of(data) == "BAD_FORMAT"
    with pytest.raises(ImageRefusedError, match="16 bits per colour"):
        read_image(data)


def test_every_truncation_of_a_png_is_refused():
    # Of the first 7 bytes nobody can tell more than that they begin like a PNG.
    reasons = {reason_of(GOOD[:length]) for length in range(1, len(GOOD))}
    assert reasons == {"TRUNCATED"}


def test_every_flipped_byte_of_a_png_is_refused():
    for position in range(len(GOOD)):
        damaged = bytearray(GOOD)
        damaged[position] ^= 0x10
        with pytest.raises(ImageRefusedError):
            read_image(bytes(damaged))


@pytest.mark.parametrize("name", [b"acTL", b"fcTL", b"fdAT"])
def test_animation_is_refused(name):
    assert reason_of(png(header(), chunk(name, bytes(8)), rows(COLOURS))) == "MULTI_FRAME"


@pytest.mark.parametrize("extra", [b"\0", GOOD, b"PK\x03\x04"])
def test_bytes_after_the_end_are_refused(extra):
    assert reason_of(GOOD + extra) == "TRAILING_DATA"
    with pytest.raises(ImageRefusedError, match=f"{len(extra)} bytes follow"):
        read_image(GOOD + extra)


ODD_FILES = {
    "no IHDR first": (PNG_SIGNATURE + rows(COLOURS) + bytes(40), "CORRUPT"),
    "unknown colour type": (png(header(colour_type=5), rows(COLOURS)), "CORRUPT"),
    "depth 8 is not 3": (png(header(depth=3), rows(COLOURS)), "CORRUPT"),
    "no width": (png(header(width=0), rows(COLOURS)), "CORRUPT"),
    "unknown interlacing": (png(header(rest=(0, 0, 2)), rows(COLOURS)), "CORRUPT"),
    "no picture data": (png(header()), "CORRUPT"),
    "chunk name of no letters": (png(header(), chunk(b"12!?", b""), rows(COLOURS)), "CORRUPT"),
    "unknown critical chunk": (png(header(), chunk(b"CgBI", b""), rows(COLOURS)), "BAD_FORMAT"),
    "picture data too short": (png(header(), rows(COLOURS[:5])), "CORRUPT"),
    "picture data not deflate": (png(header(), chunk(b"IDAT", b"hello world")), "CORRUPT"),
    "palette missing": (png(header(colour_type=3), rows(COLOURS[..., 0])), "CORRUPT"),
    "chunk longer than 2 GB": (
        PNG_SIGNATURE + header() + b"\xff\xff\xff\xffIDAT" + bytes(8),
        "CORRUPT",
    ),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_an_odd_png_is_refused(name):
    data, reason = ODD_FILES[name]
    assert reason_of(data) == reason


def test_an_unknown_ancillary_chunk_is_no_obstacle():
    assert read_image(png(header(), chunk(b"prVt", b"camera 7"), rows(COLOURS))).width == WIDTH


def test_opencv_and_this_walk_agree_on_a_large_picture():
    picture = RNG.integers(0, 256, (400, 500, 3), dtype=np.uint8)
    data = cv2.imencode(".png", picture)[1].tobytes()
    assert np.array_equal(read_image(data).pixels, picture)
