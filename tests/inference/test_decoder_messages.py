import os

import cv2
import numpy as np
import pytest

from inference.decoder_messages import DecoderMessages
from inference.errors import ImageRefusedError
from inference.reading import read_image

PICTURE = cv2.GaussianBlur(
    np.random.default_rng(2).integers(0, 256, (96, 96, 3), dtype=np.uint8), (0, 0), 2
)
JPEG = cv2.imencode(".jpg", PICTURE)[1].tobytes()


@pytest.fixture
def messages():
    made = DecoderMessages()
    yield made
    made.close()


def test_c02_a_hole_in_the_picture_data_is_told_only_by_the_decoder(messages):
    middle = len(JPEG) * 2 // 3
    damaged = JPEG[:middle] + JPEG[middle + 120 :]
    # Without the messages the picture passes: this is why they are caught.
    assert read_image(damaged).pixels.shape == (96, 96, 3)
    with pytest.raises(ImageRefusedError) as refused:
        read_image(damaged, messages=messages)
    assert refused.value.reason in ("TRUNCATED", "CORRUPT")
    assert "JPEG" in str(refused.value)


def test_a_whole_picture_is_read_as_without(messages):
    assert np.array_equal(read_image(JPEG, messages=messages).pixels, read_image(JPEG).pixels)


def test_the_error_stream_is_as_it_was_afterwards(messages, capfd):
    with pytest.raises(ImageRefusedError), messages.caught():
        os.write(2, b"Corrupt JPEG data: 9 extraneous bytes before marker 0xd9\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_other_words_of_decoders_refuse_nothing(messages):
    with messages.caught():
        os.write(2, b"libpng warning: iCCP: known incorrect sRGB profile\n")
