"""Rendered surfaces kept in memory: red, green and mask, one byte each."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import cv2
import numpy as np
import numpy.typing as npt

from inference.rendering.planning import PART_SIZE, SCRATCH_MEAN, STAIN_MEAN, plan_surface
from inference.rendering.render import render_surface

_CHUNK = 20


@dataclass(frozen=True, slots=True)
class RenderCache:
    """`pixels` (n, H, W, 3) in the order blue, green, red, and `masks` (n, H, W), both uint8."""

    pixels: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.uint8]


def render_many(
    n: int,
    seed: int,
    *,
    defect_rate: float = 1.0,
    processes: int = 1,
    report: Callable[[int], None] | None = None,
) -> RenderCache:
    """Render `n` surfaces; number i depends on `seed`, i and the rate, not on `processes`.

    `defect_rate` multiplies the mean number of stains and scratches of real parts.
    """
    pixels = np.empty((n, PART_SIZE, PART_SIZE, 3), dtype=np.uint8)
    masks = np.empty((n, PART_SIZE, PART_SIZE), dtype=np.uint8)
    starts = range(0, n, _CHUNK)
    work = partial(_render_chunk, n, seed, defect_rate)
    if processes == 1:
        chunks = map(work, starts)
        _collect(chunks, pixels, masks, report)
    else:
        # Spawned, not forked: the parent may hold threads of torch and OpenCV.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            _collect(pool.map(work, starts), pixels, masks, report)
    return RenderCache(pixels, masks)


def _collect(
    chunks: Iterable[RenderCache],
    pixels: npt.NDArray[np.uint8],
    masks: npt.NDArray[np.uint8],
    report: Callable[[int], None] | None,
) -> None:
    done = 0
    for chunk in chunks:
        end = done + len(chunk.masks)
        pixels[done:end], masks[done:end] = chunk.pixels, chunk.masks
        done = end
        if report is not None:
            report(done)


def _render_chunk(n: int, seed: int, defect_rate: float, start: int) -> RenderCache:
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
    return RenderCache(
        np.stack([surface.pixels for surface in rendered]),
        np.stack([surface.mask for surface in rendered]),
    )
