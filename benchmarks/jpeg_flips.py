"""What one changed bit does to a JPEG without a checksum, and how much of it is refused.

    python -m benchmarks.jpeg_flips [--flips N] [--model FILE]

Rendered surfaces are written as JPEG of quality 92, without and with restart marks; one bit of the
picture data of each copy is inverted. Counted are the files that are refused, and what the others
show: a pixel is another one where a channel differs by more than 8 of 255 levels; a picture is more
than a trace off where that is so in one pixel of a hundred. The measured stain area is compared with
that of the whole file.
"""

import argparse
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.decoder_messages import DecoderMessages
from inference.errors import ImageRefusedError
from inference.pipeline import MeasuredImage, measure_bytes
from inference.reading import read_image
from inference.rendering.writing import rendered_surface
from inference.segmenter import Segmenter, default_model_path

SURFACES: Final = 20
QUALITY: Final = 92
LEVELS: Final = 8
TRACE: Final = 0.01
STAIN_PX: Final = 50
_SCAN: Final = b"\xff\xda"


@dataclass(slots=True)
class Tally:
    """What became of the flips."""

    refused: Counter[str] = field(default_factory=Counter)
    same: int = 0
    trace: int = 0
    changed: int = 0
    changed_refused: int = 0
    measured_otherwise: int = 0

    @property
    def tried(self) -> int:
        """All of them."""
        return self.refused.total() + self.same + self.trace + self.changed


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flips", type=int, default=150)
    parser.add_argument("--model", type=Path, default=default_model_path())
    arguments = parser.parse_args()
    segmenter = Segmenter(arguments.model)
    for title, options in {
        "without restart marks": [],
        "a restart mark every 4 blocks": [cv2.IMWRITE_JPEG_RST_INTERVAL, 4],
        "progressive": [cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
    }.items():
        tally = flipped(segmenter, options, arguments.flips)
        shown = tally.changed + tally.changed_refused
        print(
            f"{title}: {tally.tried} flips, {tally.refused.total()} refused "
            f"{dict(tally.refused)}\n  accepted: {tally.same} show the same picture, {tally.trace} "
            f"a trace, {tally.changed} more; {tally.measured_otherwise} of all accepted are off by more than "
            f"{STAIN_PX} px of stain\n  refused of those that show more than a trace: "
            f"{tally.changed_refused} of {shown} ({tally.changed_refused / max(1, shown):.0%})"
        )


def flipped(segmenter: Segmenter, options: list[int], flips: int) -> Tally:
    """Try `flips` changed bits in the picture data of JPEG files written with `options`."""
    chance = random.Random(20261102)
    messages = DecoderMessages()
    whole = [_jpeg(number, options) for number in range(SURFACES)]
    pictures = [read_image(data).pixels for data in whole]
    stains = [_stain(measure_bytes(data, segmenter)) for data in whole]
    tally = Tally()
    for _ in range(flips):
        number = chance.randrange(SURFACES)
        data = bytearray(whole[number])
        data[chance.randrange(data.find(_SCAN) + 14, len(data) - 2)] ^= 1 << chance.randrange(8)
        damaged = bytes(data)
        share = _changed_share(damaged, pictures[number], messages)
        try:
            measured = measure_bytes(damaged, segmenter, messages=messages)
        except ImageRefusedError as error:
            tally.refused[error.reason] += 1
            tally.changed_refused += share > TRACE
            continue
        tally.same += share == 0
        tally.trace += 0 < share <= TRACE
        tally.changed += share > TRACE
        tally.measured_otherwise += abs(_stain(measured) - stains[number]) > STAIN_PX
    return tally


def _jpeg(number: int, options: list[int]) -> bytes:
    pixels = rendered_surface(20261101, number).pixels
    packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY, *options])[1]
    return bytes(packed)


def _changed_share(data: bytes, pixels: npt.NDArray[np.uint8], messages: DecoderMessages) -> float:
    """Return the share of pixels that differ, where a decoder makes a picture of `data` at all."""
    found = None
    # What the decoder says of it is counted elsewhere.
    with suppress(ImageRefusedError, cv2.error), messages.caught():
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if found is None or found.shape != pixels.shape:
        return 1.0
    apart = np.abs(found.astype(np.int16) - pixels.astype(np.int16)).max(axis=2)
    return float((apart > LEVELS).mean())


def _stain(measured: MeasuredImage) -> float:
    return measured.metrics.total_stain_area_px


if __name__ == "__main__":
    main()
