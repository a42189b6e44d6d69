"""Images per second from PNG files in the inbox to stored rows, as a ratio to the study's network.

    python -m benchmarks.bench_ingest [--model FILE] [--images N] [--rounds N] [--check]

Ours: `ingest` of a new site, everything included: listing, reading, hashing, measuring in two worker
processes (their start too), archive on the disk, transactions and rollups. Reference: as in
bench_inference, the network alone. Both run in turns on the same machine. `--check` exits with 1
below the bar.
"""

import argparse
import importlib
import statistics
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench_inference import (
    REFERENCE_IMAGES,
    SIDE,
    THREADS_OF_REFERENCE,
    rendered_files,
)
from inference.errors import ModelError
from inference.segmenter import Segmenter, default_model_path
from jobs.configuration.site_setup import init_site
from jobs.ingest import ingest
from jobs.settings import parse_settings

IMAGES = 300
# Drawing a surface takes longer than measuring it; the others repeat them under a number.
SURFACES = 30
BAR = 8.0


@dataclass(frozen=True, slots=True)
class Timed:
    """One ingest: all of it, and how much of that was spent before the first image was done."""

    images: int
    seconds: float
    first_batch_seconds: float

    @property
    def images_per_second(self) -> float:
        """Images over the whole time."""
        return self.images / self.seconds


def timed_ingest(model: Path, files: list[bytes]) -> Timed:
    """Ingest `files` into a new site and time it."""
    with tempfile.TemporaryDirectory() as folder:
        text = f"[inbox]\nquiet_seconds = 0\n[inference]\nmodel = '{model.resolve()}'\n"
        site = init_site(Path(folder) / "site", settings_text=text)
        for number, data in enumerate(files):
            (site.inbox / f"P{number:04}.png").write_bytes(data)
        told: list[float] = []
        started = time.perf_counter()
        report = ingest(
            site,
            parse_settings(text, where="benchmark"),
            progress=lambda *_: told.append(time.perf_counter()),
        )
        ended = time.perf_counter()
    if report.totals.measured != len(files):
        raise SystemExit(f"not every image was measured: {report.totals}")
    return Timed(len(files), ended - started, told[0] - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=default_model_path())
    parser.add_argument("--images", type=int, default=IMAGES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help=f"exit with 1 below {BAR:g} x")
    arguments = parser.parse_args()
    try:
        # By name: the worker processes import this module, too, and need no torch.
        reference_module = importlib.import_module("benchmarks.reference")
    except ModuleNotFoundError:
        print("skipped: the reference needs PyTorch (pip install 'blemish[train]')")
        return 0
    try:
        Segmenter(arguments.model)
    except ModelError as error:
        print(f"skipped: {error}")
        return 0
    files = distinct_files(arguments.images)
    reference = reference_module.Reference(side=SIDE, threads=THREADS_OF_REFERENCE)
    reference.images_per_second(REFERENCE_IMAGES)
    rounds = [
        (timed_ingest(arguments.model, files), reference.images_per_second(REFERENCE_IMAGES))
        for _ in range(arguments.rounds)
    ]
    ours = statistics.median(timed.images_per_second for timed, _ in rounds)
    theirs = statistics.median(rate for _, rate in rounds)
    ratio = statistics.median(timed.images_per_second / rate for timed, rate in rounds)
    start = statistics.median(timed.first_batch_seconds for timed, _ in rounds)
    print(f"{arguments.images} PNG files in the inbox to stored rows: {ours:6.1f} images/s")
    print(f"  of that until the first batch was stored: {start:6.2f} s")
    print(
        f"U-Net ResNet-50, eager, {THREADS_OF_REFERENCE} threads:          {theirs:6.1f} images/s"
    )
    print(
        f"ratio (median of {len(rounds)} rounds):                   {ratio:6.1f} x   (bar: {BAR:g} x)"
    )
    return int(arguments.check and ratio < BAR)


def distinct_files(n: int) -> list[bytes]:
    """Return `n` PNG files of different bytes from a few surfaces: a text chunk numbers them."""
    surfaces = rendered_files(min(n, SURFACES))
    return [numbered(surfaces[number % len(surfaces)], number) for number in range(n)]


def numbered(png: bytes, number: int) -> bytes:
    """Return `png` with a comment before its end: other bytes, the same pixels."""
    body = b"tEXt" + b"Comment\0" + str(number).encode("ascii")
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    # The closing chunk IEND has 12 bytes.
    return png[:-12] + chunk + png[-12:]


if __name__ == "__main__":
    sys.exit(main())
