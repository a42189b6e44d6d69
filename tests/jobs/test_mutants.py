"""Damaged picture files by the hundred: each has an answer, and no process dies of any."""

import struct
import zlib
from collections import Counter

import cv2
import numpy as np
import pytest

from inference.pipeline import MeasuredImage
from inference.rendering.writing import rendered_surface
from jobs.measurement.pool import WorkerPlan, measuring_pool
from jobs.measurement.worker import Refused

ENDINGS = (".png", ".bmp", ".jpg")
SEED = 20261


def originals(ending):
    """Small parts in the kinds that cameras write of one format."""
    surface = rendered_surface(SEED, 1).pixels[:96, :96]
    other = rendered_surface(SEED, 2).pixels[100:180, 40:160]
    options = {
        ".png": [[], [cv2.IMWRITE_PNG_COMPRESSION, 9]],
        ".bmp": [[], []],
        ".jpg": [
            [],
            [cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
            [cv2.IMWRITE_JPEG_RST_INTERVAL, 2],
            [cv2.IMWRITE_JPEG_OPTIMIZE, 1, cv2.IMWRITE_JPEG_QUALITY, 60],
        ],
    }[ending]
    pictures = (surface, other, surface[..., 1], other)
    return [
        cv2.imencode(ending, picture, list(chosen))[1].tobytes()
        for picture, chosen in zip(pictures, options, strict=False)
    ]


def mutant(rng, files):
    """One file changed in one to four places: bits, bytes, fields, holes, repeats, ends, splices."""
    data = bytearray(files[rng.integers(len(files))])
    for _ in range(int(rng.integers(1, 5))):
        # Headers are short, and where most of a decoder's branches are.
        reach = len(data) if rng.random() < 0.5 else min(len(data), 700)
        place, length = int(rng.integers(max(reach, 1))), int(rng.integers(1, 200))
        match int(rng.integers(8)):
            case 0:
                data[place : place + 1] = bytes([data[place] ^ (1 << int(rng.integers(8)))])
            case 1:
                data[place : place + 1] = rng.bytes(1)
            case 2:
                data[place : place + 4] = struct.pack(
                    rng.choice(["<I", ">I"]), int(rng.choice([0, 1, 255, 65535, 2**31, 2**32 - 1]))
                )
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = data[place : place + length]
            case 5:
                data[place : place + length] = rng.bytes(length)
            case 6:
                del data[max(place, 1) :]
            case _:
                other = files[rng.integers(len(files))]
                data[place:] = other[place:]
        if not data:
            data = bytearray(b"\0")
    mended = bytes(data)
    return with_checksums(mended) if rng.random() < 0.5 else mended


def with_checksums(data):
    """A PNG whose checksums are right again, so that the decoder itself gets the damage."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    out, place = bytearray(data[:8]), 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        end = place + 12 + length
        if end > len(data):
            break
        body = data[place + 4 : end - 4]
        out += data[place : place + 4] + body + struct.pack(">I", zlib.crc32(body))
        place = end
    return bytes(out) + data[place:]


def answers(model, ending, count):
    rng = np.random.default_rng([SEED, ENDINGS.index(ending)])
    files = originals(ending)
    mutants = [mutant(rng, files) for _ in range(count)]
    with measuring_pool(WorkerPlan(model, workers=1)) as pool:
        worker = pool.model()
        assert worker.model_id
        began = pool._idle.get()
        pool._idle.put(began)
        pid = began._process.pid
        found = [pool.submit(data).result(timeout=60) for data in mutants]
        ended = pool._idle.get()
        pool._idle.put(ended)
        return found, ended._process.pid == pid


def check_mutants(model, ending, count):
    found, same_process = answers(model, ending, count)
    words = Counter(
        "measured" if isinstance(each, MeasuredImage) else getattr(each, "reason", "unexpected")
        for each in found
    )
    print(f"{count} mutants of {ending}: {dict(words.most_common())}")
    strange = [each for each in found if not isinstance(each, MeasuredImage | Refused)]
    assert strange == []
    assert words["DECODER_CRASH"] == 0
    assert same_process
    assert all(isinstance(each, MeasuredImage) or each.message for each in found)


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_mutant_ends_a_process_or_raises_what_nobody_expected(tiny_model, ending):
    check_mutants(tiny_model, ending, 250)


@pytest.mark.soak
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_mutant_of_many_does(tiny_model, ending):
    check_mutants(tiny_model, ending, 20_000)
