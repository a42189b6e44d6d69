"""Rendered surfaces to learn from and to be judged on."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import cv2
import numpy as np

from inference.rendering.planning import SCRATCH_MEAN, STAIN_MEAN, plan_surface
from inference.rendering.render import RenderedSurface, render_surface
from inference.training.samples import Samples

_CHUNK = 20


def render_many(
    n: int,
    seed: int,
    *,
    defect_rate: float = 1.0,
    processes: int = 1,
    report: Callable[[int], None] | None = None,
) -> Samples:
    """Render `n` surfaces; number i depends on `seed`, i and the rate, not on `processes`.

    `defect_rate` multiplies the mean number of stains and scratches of real parts.
    """
    starts = range(0, n, _CHUNK)
    work = partial(_render_chunk, n, seed, defect_rate)
    if processes == 1:
        return _collected(map(work, starts), report)
    # Spawned, not forked: the parent may hold threads of torch and OpenCV.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return _collected(pool.map(work, starts), report)


def _collected(
    chunks: Iterable[list[RenderedSurface]], report: Callable[[int], None] | None
) -> Samples:
    surfaces: list[RenderedSurface] = []
    for chunk in chunks:
        surfaces.extend(chunk)
        if report is not None:
            report(len(surfaces))
    return Samples(
        tuple(surface.pixels for surface in surfaces), tuple(surface.mask for surface in surfaces)
    )


def _render_chunk(n: int, seed: int, defect_rate: float, start: int) -> list[RenderedSurface]:
    # One thread each: the surfaces are small and the other processes want the cores.
    cv2.setNumThreads(1)
    rendered = []
    for number in range(start, min(n, start + _CHUNK)):
        rng = np.random.default_rng([seed, number])
        plan = plan_surface(
            rng,
            stain_mean=defect_rate * STAIN_MEAN,
            scratch_mean=defect_rate * SCRATCH_MEAN,
        )
        rendered.append(render_surface(plan, rng))
    return rendered
