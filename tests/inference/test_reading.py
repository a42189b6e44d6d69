import hashlib
import struct
import time
import zlib

import cv2
import numpy as np
import pytest

from inference.errors import ImageRefusedError
from inference.reading import ReadLimits, read_image

PICTURE = np.random.default_rng(3).integers(0, 256, (32, 48, 3), dtype=np.uint8)
PNG = cv2.imencode(".png", PICTURE)[1].tobytes()


def reason_of(data, limits=None):
    with pytest.raises(ImageRefusedError) as refused:
        read_image(data) if limits is None else read_image(data, limits)
    return refused.value.reason


def test_the_hash_is_that_of_the_bytes_that_were_decoded():
    image = read_image(PNG)
    assert image.sha256 == hashlib.sha256(PNG).hexdigest()
    assert np.array_equal(image.pixels, PICTURE)


def test_an_empty_file_is_truncated():
    assert reason_of(b"") == "TRUNCATED"


FOREIGN_FILES = {
    "GIF": b"GIF89a" + bytes(20),
    "WebP": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(20),
    "TIFF": b"II*\0" + bytes(20),
    "TIFF of the other byte order": b"MM\0*" + bytes(20),
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "JPEG 2000 codestream": b"\xff\x4f\xff\x51" + bytes(20),
    "AVIF": b"\0\0\0\x20ftypavif" + bytes(20),
    "OpenEXR": b"v/1\x01" + bytes(20),
    "PGM": b"P5\n32 32\n255\n" + bytes(1024),
    "PFM": b"Pf\n32 32\n-1.0\n" + bytes(4096),
    "Radiance": b"#?RADIANCE\n",
    "ZIP": b"PK\x03\x04" + bytes(20),
    "PDF": b"%PDF-1.7",
    "HTML": b"<!doctype html><title>404</title>",
    "SVG": b"<svg onload=alert(1)>",
    "zeros": bytes(4096),
    "text": b"part_id,image\n",
    "half a PNG signature and then something else": b"\x89PNG\n\n" + bytes(20),
}


@pytest.mark.parametrize("name", FOREIGN_FILES)
def test_anything_but_png_jpeg_and_bmp_is_the_wrong_type(name):
    assert reason_of(FOREIGN_FILES[name]) == "WRONG_TYPE"


def test_the_message_names_a_foreign_format_and_the_bytes_of_an_unknown_one():
    with pytest.raises(ImageRefusedError, match="is GIF; only PNG, JPEG and BMP"):
        read_image(FOREIGN_FILES["GIF"])
    with pytest.raises(ImageRefusedError, match="starts with 70 61 72 74"):
        read_image(FOREIGN_FILES["text"])


def test_limits_are_inclusive_and_named_in_the_message():
    exact = ReadLimits(max_bytes=len(PNG), max_pixels=32 * 48, max_side=48, min_side=32)
    assert read_image(PNG, exact).width == 48
    with pytest.raises(ImageRefusedError, match=f"{len(PNG)} bytes; the limit is {len(PNG) - 1}"):
        read_image(PNG, ReadLimits(max_bytes=len(PNG) - 1))
    with pytest.raises(ImageRefusedError, match="48 x 32 pixels; the limit is 1535 in all"):
        read_image(PNG, ReadLimits(max_pixels=32 * 48 - 1))
    with pytest.raises(ImageRefusedError, match="48 x 32 pixels; the limit of a side is 47"):
        read_image(PNG, ReadLimits(max_side=47))
    with pytest.raises(ImageRefusedError, match="48 x 32 pixels; a side needs at least 33"):
        read_image(PNG, ReadLimits(min_side=33))


def test_reasons_tell_too_large_from_too_small():
    assert reason_of(PNG, ReadLimits(max_side=47)) == "TOO_LARGE"
    assert reason_of(PNG, ReadLimits(max_bytes=10)) == "TOO_LARGE"
    assert reason_of(PNG, ReadLimits(min_side=33)) == "BAD_SHAPE"


def png_bomb(side):
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    idat = b"IDAT" + zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (ihdr, idat, b"IEND")
    )


def jpeg_bomb(side):
    small = bytearray(cv2.imencode(".jpg", PICTURE)[1].tobytes())
    frame = small.index(b"\xff\xc0\x00")
    small[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    return bytes(small)


def bmp_bomb(side):
    small = bytearray(cv2.imencode(".bmp", PICTURE)[1].tobytes())
    small[18:26] = struct.pack("<ii", side, side)
    return bytes(small)


@pytest.mark.parametrize("bomb", [png_bomb, jpeg_bomb, bmp_bomb])
@pytest.mark.parametrize("side", [32_000, 9_000])
def test_a_bomb_is_refused_by_its_header_in_milliseconds(bomb, side):
    data = bomb(side)
    started = time.perf_counter()
    assert reason_of(data) == "TOO_LARGE"
    assert time.perf_counter() - started < 0.2


def test_an_error_of_the_decoder_is_a_refusal(monkeypatch):
    def fail(*_arguments):
        # The call that OpenCV itself refuses with its own error class.
        return cv2.resize(PICTURE, (0, 0))

    monkeypatch.setattr(cv2, "imdecode", fail)
    with pytest.raises(ImageRefusedError, match="cannot be decoded") as refused:
        read_image(PNG)
    assert refused.value.reason == "CORRUPT"


def test_a_picture_of_another_size_than_its_header_is_a_refusal(monkeypatch):
    monkeypatch.setattr(cv2, "imdecode", lambda *_arguments: PICTURE[:-1])
    with pytest.raises(ImageRefusedError, match="decoded to uint8") as refused:
        read_image(PNG)
    assert refused.value.reason == "CORRUPT"
