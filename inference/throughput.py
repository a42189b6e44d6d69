"""Many images at once: while one is in the network, another is read, measured and encoded.

Workers are threads: decoding, the network and OpenCV run outside Python's lock, so two threads
with one model between them keep two cores as busy as two processes would, and nothing has to be
sent anywhere. Each image is worked on by one thread alone, so the results do not depend on their
number.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from inference.errors import InferenceError
from inference.pipeline import MeasuredImage, measure_bytes
from inference.reading import DEFAULT_LIMITS, ReadLimits
from inference.segmenter import Segmenter

Item = TypeVar("Item")
Result = TypeVar("Result")
# Taken on for each worker: one in hand and one to go on with when the results are read in bursts.
_IN_HAND = 2


def measure_many(
    files: Iterable[bytes],
    segmenter: Segmenter,
    *,
    workers: int = 2,
    limits: ReadLimits = DEFAULT_LIMITS,
    um_per_px: float | None = None,
) -> Iterator[MeasuredImage | InferenceError]:
    """Measure images side by side; one that cannot be measured becomes its error.

    Parameters
    ----------
    files
        The bytes of each file; read on as results are taken, so it may be endless.
    segmenter
        The model, opened for as many callers as there are workers.
    workers
        Images in work at a time.
    limits, um_per_px
        As `measure_bytes` has them.

    Yields
    ------
    For each file, in its order, what `measure_bytes` gives or raises.

    """
    work = partial(_measured, segmenter, limits, um_per_px)
    return in_order(work, files, workers=workers)


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], *, workers: int
) -> Iterator[Result]:
    """Results of `work` on each of the `items`, in their order, `workers` at a time.

    An exception of `work` is raised in the place of its result; what was not begun then stays
    undone. Only a few items are held at a time.

    Examples
    --------
    >>> list(in_order(abs, (-3, 1, -2), workers=2))
    [3, 1, 2]

    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="image") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= _IN_HAND * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _measured(
    segmenter: Segmenter, limits: ReadLimits, um_per_px: float | None, data: bytes
) -> MeasuredImage | InferenceError:
    try:
        return measure_bytes(data, segmenter, limits=limits, um_per_px=um_per_px)
    except InferenceError as error:
        return error
