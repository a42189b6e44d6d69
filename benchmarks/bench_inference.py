"""Images per second from PNG bytes to metrics, confidence and mask PNG, as a ratio to the study's network.

    python -m benchmarks.bench_inference [--model FILE] [--rounds N] [--check]

Ours: the whole chain (read, segment, measure, encode the mask) in two workers of one thread, with the
model in 8 bits and in float32, and with OpenVINO where it is installed. Reference: the study's U-Net
with a ResNet-50 encoder, the network alone, in eager PyTorch (float32, two threads, one image at a
time). All take turns on the same machine, so that a busy moment hits them all. Then: where an image's
milliseconds go, and how much of the processor's 8-bit peak the network reaches. `--check` exits with 1
below the bars.
"""

import argparse
import importlib
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from inference.errors import InferenceError
from inference.overlay import encode_png
from inference.pipeline import measure_bytes, use_one_thread
from inference.rendering.planning import plan_surface
from inference.rendering.render import render_surface
from inference.same_decisions import same_decisions
from inference.segmenter import Segmenter, default_model_path
from inference.stages import STAGES
from inference.throughput import measure_many

BAR = 15.0
BAR_IMAGES_PER_SECOND = 60.0
WORKERS = 2
THREADS_OF_REFERENCE = 2
IMAGES = 24
REFERENCE_IMAGES = 2
SIDE = 320
_SEED = 1
_ENOUGH_SECONDS = 60.0
_STAGE_IMAGES = 48


class Rated(Protocol):
    """A network alone that tells its speed."""

    def images_per_second(self, n: int) -> float:
        """Segment `n` images."""
        ...


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to run the chain, and how it did in each round."""

    name: str
    segmenter: Segmenter
    rates: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)

    def run(self, files: Sequence[bytes]) -> None:
        """Measure all files once; keep images per second and processor time an image."""
        started, used = time.perf_counter(), time.process_time()
        done = list(measure_many(files, self.segmenter, workers=WORKERS))
        self.rates.append(len(done) / (time.perf_counter() - started))
        self.processor_ms.append((time.process_time() - used) * 1000.0 / len(done))


def rendered_files(n: int) -> list[bytes]:
    """Return `n` rendered surfaces as PNG files."""
    rng = np.random.default_rng(_SEED)
    return [encode_png(render_surface(plan_surface(rng), rng).pixels) for _ in range(n)]


def twin_of(model: Path, folder: Path) -> Path:
    """Return the 8-bit file beside `model`, or one made of it in `folder` where there is none."""
    beside = model.with_name(f"{model.stem}_int8.onnx")
    if beside.is_file():
        return beside
    quantising = importlib.import_module("inference.training.quantise")
    print(f"{beside.name} is not there: quantising {model.name} ...")
    quantising.quantise(model, folder / beside.name, quantising.calibration_images())
    return folder / beside.name


def contenders(model: Path, twin: Path) -> list[Contender]:
    """Return what is to be timed; the 8-bit model in the default engine comes first."""
    found = [
        Contender("8 bits", Segmenter(twin, callers=WORKERS)),
        Contender("float32", Segmenter(model, callers=WORKERS)),
    ]
    if importlib.util.find_spec("openvino") is None:
        print("OpenVINO is not installed: pip install 'blemish[openvino]'")
    else:
        found += [
            Contender("8 bits, OpenVINO", Segmenter(twin, engine="openvino", callers=WORKERS)),
            Contender("float32, OpenVINO", Segmenter(model, engine="openvino", callers=WORKERS)),
        ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=default_model_path(), help="in float32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="exit with 1 below the bars")
    arguments = parser.parse_args()
    try:
        # By name: training and its architectures are an extra.
        reference_module = importlib.import_module("benchmarks.reference")
    except ModuleNotFoundError:
        print("skipped: the reference needs PyTorch (pip install 'blemish[train]')")
        return 0
    use_one_thread()
    with tempfile.TemporaryDirectory() as folder:
        try:
            ours = contenders(arguments.model, twin_of(arguments.model, Path(folder)))
        except InferenceError as error:
            print(f"skipped: {error}")
            return 0
    files = rendered_files(IMAGES)
    reference = reference_module.Reference(side=SIDE, threads=THREADS_OF_REFERENCE)
    theirs = race(ours, files, reference, rounds=arguments.rounds)
    print_rates(ours, theirs)
    print_stages(ours[0].segmenter, files, gop_of(arguments.model))
    print_sameness(ours)
    ratio = ratio_of(ours[0], theirs)
    fast = statistics.median(ours[0].rates)
    print(f"bars: {BAR:g} x the reference, {BAR_IMAGES_PER_SECOND:g} images/s in 8 bits")
    return int(arguments.check and (ratio < BAR or fast < BAR_IMAGES_PER_SECOND))


def race(
    ours: Sequence[Contender], files: Sequence[bytes], reference: Rated, *, rounds: int
) -> list[float]:
    """Let all take turns; return the reference's images per second in each round."""
    for contender in ours:
        contender.run(files[: 2 * WORKERS])
        contender.rates.clear()
        contender.processor_ms.clear()
    reference.images_per_second(1)
    theirs: list[float] = []
    started = time.perf_counter()
    # At least one round, and no further one when the machine is busy.
    while not theirs or (len(theirs) < rounds and time.perf_counter() - started < _ENOUGH_SECONDS):
        for contender in ours:
            contender.run(files)
        theirs.append(reference.images_per_second(REFERENCE_IMAGES))
    return theirs


def ratio_of(contender: Contender, theirs: Sequence[float]) -> float:
    """The median over the rounds: both were timed in the same moment."""
    return statistics.median(
        own / other for own, other in zip(contender.rates, theirs, strict=True)
    )


def print_rates(ours: Sequence[Contender], theirs: Sequence[float]) -> None:
    print(f"{WORKERS} workers of 1 thread, median of {len(theirs)} rounds")
    for contender in ours:
        rate = statistics.median(contender.rates)
        # The best round's: what other programs take of the machine is not in it.
        busy = min(contender.processor_ms)
        print(
            f"  {contender.name:36} {rate:7.1f} images/s {ratio_of(contender, theirs):7.1f} x"
            f" {busy:7.1f} ms of processor an image"
        )
    name = f"U-Net ResNet-50, eager, {THREADS_OF_REFERENCE} threads"
    print(f"  {name:36} {statistics.median(theirs):7.1f} images/s {1.0:7.1f} x")


def gop_of(model: Path) -> float | None:
    """Return the operations of a model for one image, in 10⁹; None where its file names no network."""
    starting = importlib.import_module("inference.training.starting")
    arch = starting.read_starting_model(model).arch
    if arch is None:
        return None
    registry = importlib.import_module("inference.training.architectures.registry")
    return importlib.import_module("inference.training.export").gflop(
        registry.build(arch), SIDE, SIDE
    )


def print_stages(segmenter: Segmenter, files: Sequence[bytes], work: float | None) -> None:
    times = [
        measure_bytes(files[number % len(files)], segmenter).stage_ms
        for number in range(_STAGE_IMAGES)
    ]
    medians = {stage: statistics.median(each[stage] for each in times) for stage in STAGES}
    print("one image alone in 8 bits, median milliseconds of each stage")
    print("  " + ", ".join(f"{stage} {value:.2f}" for stage, value in medians.items()))
    if work is None:
        return
    # The quickest of all: what the machine does when nothing disturbs it.
    quickest = min(each["network"] for each in times)
    peak = importlib.import_module("benchmarks.integer_peak").integer_peak()
    print(
        f"  network at best {quickest:.1f} ms for {work:.2f} GOP: "
        f"{100 * work / quickest * 1000 / peak:.0f} % of this core's 8-bit peak of {peak:.0f} GOP/s"
    )


def print_sameness(ours: Sequence[Contender]) -> None:
    float32 = ours[1].segmenter
    rng = np.random.default_rng(_SEED + 1)
    surfaces = [render_surface(plan_surface(rng), rng).pixels for _ in range(IMAGES)]
    print(f"the same decisions as float32, on {IMAGES} other surfaces")
    for other in (each for each in ours if each.segmenter is not float32):
        same = same_decisions(surfaces, float32, other.segmenter)
        print(
            f"  {other.name:18} {100 * same.pixels:.3f} % of the pixels; "
            f"largest change of a charted mean {100 * same.largest_change:.1f} %"
        )


if __name__ == "__main__":
    sys.exit(main())
