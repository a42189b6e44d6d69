import struct
from contextlib import suppress

import cv2
import numpy as np
import pytest

from inference.errors import ImageRefusedError
from inference.jpeg_format import MAX_SCANS
from inference.reading import read_image

RNG = np.random.default_rng(11)
PICTURE = cv2.GaussianBlur(RNG.integers(0, 256, (40, 56, 3), dtype=np.uint8), (0, 0), 2)


def jpeg(picture=PICTURE, *options):
    return cv2.imencode(".jpg", picture, list(options))[1].tobytes()


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def with_segment(data, *segments):
    """The file with segments right after its start mark."""
    return data[:2] + b"".join(segments) + data[2:]


def frame_at(data):
    """Position of the frame header (baseline or progressive)."""
    return max(data.find(b"\xff\xc0\x00"), data.find(b"\xff\xc2\x00"))


def reason_of(data):
    with pytest.raises(ImageRefusedError) as refused:
        read_image(data)
    return refused.value.reason


GOOD = jpeg()


def test_a_jpeg_has_the_pixels_that_opencv_decodes():
    image = read_image(GOOD)
    assert np.array_equal(image.pixels, cv2.imdecode(np.frombuffer(GOOD, np.uint8), 1))
    assert (image.width, image.height, image.image_format, image.colour) == (56, 40, "jpeg", "rgb")


def test_a_grey_jpeg_is_repeated():
    image = read_image(jpeg(PICTURE[..., 0]))
    assert image.colour == "grey"
    assert np.array_equal(image.pixels[..., 0], image.pixels[..., 2])


def test_progressive_and_restart_marks_are_read():
    progressive = jpeg(PICTURE, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    restarts = jpeg(PICTURE, cv2.IMWRITE_JPEG_RST_INTERVAL, 2)
    assert b"\xff\xc2" in progressive
    assert b"\xff\xd0" in restarts
    for data in (progressive, restarts):
        assert read_image(data).width == 56


def test_a_turned_camera_note_changes_nothing():
    # EXIF with the single entry Orientation = 6: "turn by 90 degrees for viewing".
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
    turned = with_segment(GOOD, segment(0xE1, b"Exif\0\0" + tiff))
    assert np.array_equal(read_image(turned).pixels, read_image(GOOD).pixels)
    # OpenCV without the flag does turn it, or this test would prove nothing.
    assert cv2.imdecode(np.frombuffer(turned, np.uint8), 1).shape == (56, 40, 3)


def test_a_thumbnail_inside_a_segment_is_not_taken_for_the_end():
    thumbnail = segment(0xE1, b"Exif\0\0" + jpeg(PICTURE[:16, :16]))
    assert np.array_equal(read_image(with_segment(GOOD, thumbnail)).pixels, read_image(GOOD).pixels)


def test_padding_between_segments_is_allowed():
    padded = GOOD[:2] + b"\xff\xff" + GOOD[2:]
    assert np.array_equal(read_image(padded).pixels, read_image(GOOD).pixels)


def test_every_truncation_of_a_jpeg_is_refused():
    assert {reason_of(GOOD[:length]) for length in range(1, len(GOOD))} == {"TRUNCATED"}


def test_a_truncated_jpeg_with_an_end_mark_glued_on_is_refused():
    # OpenCV returns a picture for it, filled up with grey.
    scan = GOOD.index(b"\xff\xda")
    for share in (0.3, 0.6, 0.9):
        glued = GOOD[: scan + int((len(GOOD) - scan) * share)] + b"\xff\xd9"
        assert cv2.imdecode(np.frombuffer(glued, np.uint8), 1) is not None
        assert reason_of(glued) == "TRUNCATED"


def test_an_evenly_grey_part_is_not_taken_for_missing_data():
    assert read_image(jpeg(np.full((32, 32, 3), 128, dtype=np.uint8))).width == 32


@pytest.mark.parametrize(("extra", "kind"), [(b"\0", "other data"), (GOOD, "another JPEG")])
def test_bytes_after_the_end_are_refused(extra, kind):
    assert reason_of(GOOD + extra) == "TRAILING_DATA"
    with pytest.raises(ImageRefusedError, match=f"{len(extra)} bytes follow .* {kind}"):
        read_image(GOOD + extra)


def changed(position, value):
    data = bytearray(GOOD)
    data[position] = value
    return bytes(data)


SCAN = GOOD[GOOD.index(b"\xff\xda") : -2]
ODD_FILES = {
    "arithmetic coding": (changed(frame_at(GOOD) + 1, 0xC9), "BAD_FORMAT"),
    "lossless": (changed(frame_at(GOOD) + 1, 0xC3), "BAD_FORMAT"),
    "12 bits": (changed(frame_at(GOOD) + 4, 12), "BAD_FORMAT"),
    "two colours": (changed(frame_at(GOOD) + 9, 2), "BAD_FORMAT"),
    "no height": (
        GOOD[: frame_at(GOOD) + 5] + b"\0\0" + GOOD[frame_at(GOOD) + 7 :],
        "BAD_FORMAT",
    ),
    "end before the frame": (GOOD[:2] + b"\xff\xd9" + GOOD[2:], "CORRUPT"),
    "scan before the frame": (with_segment(GOOD, SCAN[:10]), "CORRUPT"),
    "frame header too short": (
        GOOD[:2] + segment(0xC0, b"\x08\0\x20\0\x20") + GOOD[2:],
        "CORRUPT",
    ),
    "no scan": (GOOD[: GOOD.index(b"\xff\xda")] + b"\xff\xd9", "CORRUPT"),
    "segment of length 1": (GOOD[:2] + b"\xff\xe5\0\x01" + GOOD[2:], "CORRUPT"),
    "no marker after a segment": (with_segment(GOOD, segment(0xE5, b"x") + b"x"), "CORRUPT"),
    "a second start": (GOOD[:-2] + GOOD, "CORRUPT"),
    "too many scans": (GOOD[:-2] + SCAN * MAX_SCANS + b"\xff\xd9", "TOO_LARGE"),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_an_odd_jpeg_is_refused(name):
    data, reason = ODD_FILES[name]
    assert reason_of(data) == reason


def test_a_flipped_byte_never_ends_in_anything_but_pixels_or_a_refusal():
    # A flip within the picture data of a JPEG cannot be told in general: there is no checksum.
    for position in range(0, len(GOOD), 3):
        damaged = changed(position, GOOD[position] ^ 0x55)
        with suppress(ImageRefusedError):
            assert read_image(damaged).pixels.shape[2] == 3
