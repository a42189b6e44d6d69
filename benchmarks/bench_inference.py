"""Images per second from PNG bytes to measurements, as a ratio to the published method's network.

    python -m benchmarks.bench_inference [--model FILE] [--rounds N] [--check]

Ours: the whole chain (read, segment, measure, encode the mask) in two worker processes of one thread.
Reference: the study's U-Net with halved filters, the network alone, in eager PyTorch (float32, two
threads, one image at a time). Both run in turns on the same machine, so that a busy moment hits both.
`--check` exits with 1 below the bar.
"""

import argparse
import importlib
import multiprocessing
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from inference.errors import ModelError
from inference.overlay import encode_png
from inference.pipeline import measure_bytes, use_one_thread
from inference.rendering.planning import plan_surface
from inference.rendering.render import render_surface
from inference.segmenter import Segmenter, default_model_path

BAR = 6.0
WORKERS = 2
THREADS_OF_REFERENCE = 2
IMAGES = 24
REFERENCE_IMAGES = 4
_SEED = 1
_SIDE = 320
_ENOUGH_SECONDS = 40.0

_segmenters: list[Segmenter] = []


def start_worker(model_path: Path) -> None:
    """Load the model once in a worker process."""
    use_one_thread()
    _segmenters.append(Segmenter(model_path))


def measure(data: bytes) -> float:
    """Run the chain on one file; the milliseconds it took."""
    started = time.perf_counter()
    measure_bytes(data, _segmenters[0])
    return (time.perf_counter() - started) * 1000.0


def rendered_files(n: int) -> list[bytes]:
    rng = np.random.default_rng(_SEED)
    return [encode_png(render_surface(plan_surface(rng), rng).pixels) for _ in range(n)]


def chain_images_per_second(workers: ProcessPoolExecutor, files: list[bytes]) -> float:
    started = time.perf_counter()
    list(workers.map(measure, files))
    return len(files) / (time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=default_model_path())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true", help=f"exit with 1 below {BAR:g} x")
    arguments = parser.parse_args()
    try:
        # By name: the worker processes import this module, too, and need no torch.
        halved_unet = importlib.import_module("benchmarks.halved_unet")
    except ModuleNotFoundError:
        print("skipped: the reference needs PyTorch (pip install 'blemish[train]')")
        return 0
    try:
        Segmenter(arguments.model)
    except ModelError as error:
        print(f"skipped: {error}")
        return 0
    files = rendered_files(IMAGES)
    reference = halved_unet.Reference(side=_SIDE, threads=THREADS_OF_REFERENCE)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        WORKERS, mp_context=spawn, initializer=start_worker, initargs=(arguments.model,)
    ) as workers:
        chain_images_per_second(workers, files)
        reference.images_per_second(REFERENCE_IMAGES)
        rounds = []
        started = time.perf_counter()
        # At least one round, and no further one when the machine is busy.
        while not rounds or (
            len(rounds) < arguments.rounds and time.perf_counter() - started < _ENOUGH_SECONDS
        ):
            rounds.append(
                (
                    chain_images_per_second(workers, files),
                    reference.images_per_second(REFERENCE_IMAGES),
                )
            )
    ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(chain / network for chain, network in rounds)
    print(f"whole chain, {WORKERS} workers of 1 thread:   {ours:6.1f} images/s")
    print(f"halved U-Net, eager, {THREADS_OF_REFERENCE} threads:     {theirs:6.1f} images/s")
    print(f"ratio (median of {len(rounds)} rounds):           {ratio:6.1f} x   (bar: {BAR:g} x)")
    return int(arguments.check and ratio < BAR)


if __name__ == "__main__":
    sys.exit(main())
