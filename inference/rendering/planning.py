"""Draw plans at random with the frequencies measured on real heat sinks."""

from dataclasses import replace

import numpy as np

from inference.rendering.frequencies import blur, count, stain_area, stain_kind, stain_place
from inference.rendering.looks import plan_distractors, plan_grain, plan_shading
from inference.rendering.plan import (
    ScratchKind,
    ScratchPlan,
    StainKind,
    StainPlan,
    SurfacePlan,
)
from inference.rendering.unlabelled import plan_unlabelled_scratches, plan_unlabelled_stains

PART_SIZE = 320
# Annotated defects of a real part.
STAIN_MEAN = 4.95
SCRATCH_MEAN = 2.17


def plan_surface(
    rng: np.random.Generator,
    *,
    stain_mean: float = STAIN_MEAN,
    stain_k: float = 3.94,
    scratch_mean: float = SCRATCH_MEAN,
    scratch_k: float = 1.08,
    distractors: float = 1.0,
    size: int = PART_SIZE,
) -> SurfacePlan:
    """Draw one surface.

    Parameters
    ----------
    stain_mean, scratch_mean
        Mean number of annotated stains and scratches; 0 gives none.
    stain_k, scratch_k
        Size parameter k of their negative binomial distributions: variance m + m² / k.
    distractors
        Factor on everything that is drawn but not annotated; 0 gives a plain surface on which
        every visible defect is annotated and every annotated defect is visible.
    size
        Side of the square image in pixels.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> plan = plan_surface(rng, stain_mean=0.0, scratch_mean=0.0, distractors=0.0)
    >>> plan.stains, plan.size
    ((), 320)

    """
    brightness = float(np.clip(rng.normal(104.7, 22.0), 66.0, 160.0))
    stains = _stains(rng, count(rng, stain_mean, stain_k))
    scratches = _scratches(rng, count(rng, scratch_mean, scratch_k), visible=distractors == 0.0)
    return SurfacePlan(
        size=size,
        stains=stains + plan_unlabelled_stains(rng, distractors),
        scratches=scratches + plan_unlabelled_scratches(rng, distractors, scratches),
        brightness=brightness,
        # Dull parts look browner: the ratio falls with red.
        green_ratio=float(rng.normal(0.347 - 0.0008 * (brightness - 104.7), 0.023)),
        green_power=float(rng.normal(0.84 + 0.0035 * (brightness - 104.7), 0.06)),
        green_noise=float(rng.lognormal(np.log(1.4), 0.2)),
        blur=blur(rng),
        grain=plan_grain(rng, brightness, distractors),
        shading=plan_shading(rng),
        distractors=plan_distractors(rng, distractors),
    )


def plan_stain(rng: np.random.Generator, x: float, y: float, area: float) -> StainPlan:
    """Draw the looks of a stain at (x, y) in part coordinates with `area` annotated pixels."""
    kind = stain_kind(rng, area)
    # Large stains are paler: 3 points of light for each fourfold area.
    paler = 0.015 * np.log2(max(area, 60.0) / 120.0)
    darkness, softness = rng.normal(0.345 - paler, 0.085), rng.uniform(0.1, 0.9)
    grainy = rng.uniform(0.1, 1.0)
    roughness = rng.uniform(0.3, 1.0)
    ring = green = 0.0
    if kind is StainKind.BRUISE:
        darkness, softness = rng.normal(0.25, 0.07), rng.uniform(0.5, 1.0)
        grainy = rng.uniform(0.0, 0.6)
    elif kind is StainKind.ROUND:
        grainy, roughness = rng.uniform(0.0, 0.5), rng.uniform(0.1, 0.6)
        if rng.random() < 0.25:
            # A drop that dried: sharp, dark, even.
            darkness, softness, grainy = rng.normal(0.42, 0.1), rng.uniform(0.0, 0.3), 0.1
        if rng.random() < 0.15:
            ring = rng.uniform(0.2, 0.7)
    elif kind is StainKind.CRESCENT:
        darkness = rng.normal(0.25, 0.07)
    if rng.random() < 0.1:
        green = rng.uniform(0.05, 0.4)
    elongation = 1.0 + rng.gamma(1.5, 0.5)
    return StainPlan(
        x=x,
        y=y,
        area=area,
        # The smaller a stain, the darker it must be to be seen, and marked.
        darkness=float(np.clip(darkness, np.interp(area, (100.0, 500.0), (0.25, 0.15)), 0.6)),
        kind=kind,
        elongation=float(min(elongation, 4.0)),
        angle=float(rng.uniform(0.0, np.pi)),
        roughness=float(roughness),
        softness=float(softness),
        grainy=float(grainy),
        ring=float(ring),
        green=float(green),
    )


def plan_scratch(
    rng: np.random.Generator,
    x: float | None = None,
    y: float | None = None,
    length: float | None = None,
    *,
    visible: bool = False,
) -> ScratchPlan:
    """Draw a scratch; position (part coordinates) and length (px) where not given.

    `visible` leaves out those that cannot be told from the grain.
    """
    kinds = tuple(ScratchKind)
    kind = kinds[int(rng.choice(3, p=(0.64, 0.36, 0.0) if visible else (0.61, 0.33, 0.06)))]
    bend = rng.choice((0.0, rng.normal(0.0, 0.05), rng.normal(0.0, 0.3)), p=(0.45, 0.43, 0.12))
    wide = rng.random() < 0.25
    # Some dark ones are shallow troughs: wider and paler.
    shallow = kind is ScratchKind.DARK and rng.random() < 0.3
    if length is None:
        length = float(np.clip(rng.lognormal(np.log(87.0), 0.7), 15.0, 400.0))
    angle = float(rng.uniform(0.0, np.pi))
    return ScratchPlan(
        x=_inside(rng, length * abs(np.cos(angle))) if x is None else x,
        y=_inside(rng, length * abs(np.sin(angle))) if y is None else y,
        length=length,
        angle=angle,
        kind=kind,
        bend=float(bend),
        sway=float(rng.normal(0.0, 0.4)) if rng.random() < 0.15 else 0.0,
        kinks=int(rng.integers(1, 3)) if rng.random() < 0.1 else 0,
        contrast=float(
            np.clip(rng.lognormal(np.log(0.68), 0.4), 0.25, 1.5)
            if kind is ScratchKind.BRIGHT
            else np.clip(rng.normal(0.52, 0.12), 0.25, 0.8) * (0.6 if shallow else 1.0)
        ),
        width=float(rng.uniform(0.9, 2.8 if kind is ScratchKind.BRIGHT else 2.1))
        * (1.6 if shallow else 1.0),
        strands=int(rng.integers(3, 9)) if wide else int(rng.choice((1, 2), p=(0.75, 0.25))),
        spread=float(rng.uniform(1.2, 3.5)) if wide else float(rng.uniform(0.8, 1.8)),
        breaks=float(rng.beta(1.1, 4.5)),
        shadow=float(rng.uniform(0.3, 1.0)) if rng.random() < 0.2 else 0.0,
        green=float(rng.uniform(0.15, 0.5)) if rng.random() < 0.15 else 0.0,
    )


def _inside(rng: np.random.Generator, extent: float) -> float:
    """Middle of a scratch that reaches over `extent` px and leaves the part by a little at most.

    The lengths were measured on what the images show, so the image must show most of it.
    """
    margin = float(np.clip(0.34 * extent / PART_SIZE, 0.02, 0.47))
    return float(rng.uniform(margin, 1.0 - margin))


def _stains(rng: np.random.Generator, n: int) -> tuple[StainPlan, ...]:
    """Stains that prefer the upper and lower edges and, on some parts, each other."""
    gathered = rng.random() < 0.35
    centre = rng.uniform(0.1, 0.9, 2)
    stains = []
    for _ in range(n):
        x, y = stain_place(rng)
        if gathered and rng.random() < 0.6:
            x, y = np.clip(centre + rng.normal(0.0, 0.13, 2), 0.01, 0.99)
        stain = plan_stain(rng, float(x), float(y), stain_area(rng))
        stains.append(_at_border(rng, stain))
    return tuple(stains)


def _scratches(rng: np.random.Generator, n: int, *, visible: bool) -> tuple[ScratchPlan, ...]:
    """Scratches that on every other part share one direction."""
    direction = rng.uniform(0.0, np.pi)
    aligned = rng.random() < 0.5
    scratches = []
    for _ in range(n):
        scratch = plan_scratch(rng, visible=visible)
        if aligned and rng.random() < 0.7:
            scratch = replace(scratch, angle=float(direction + rng.normal(0.0, 0.12)))
        scratches.append(scratch)
    return tuple(scratches)


def _at_border(rng: np.random.Generator, stain: StainPlan) -> StainPlan:
    """The same stain, if it touches the dark strip, as dirt that grew from the edge."""
    radius = np.sqrt(stain.area / np.pi) / PART_SIZE
    if min(stain.y, 1.0 - stain.y) > radius + 0.02 or rng.random() < 0.3:
        return stain
    return replace(
        stain,
        kind=StainKind.FEATHERED if rng.random() < 0.6 else StainKind.ROUND,
        darkness=float(np.clip(rng.normal(0.4, 0.1), 0.2, 0.65)),
        softness=float(rng.uniform(0.05, 0.5)),
        angle=float(rng.normal(0.0, 0.35)),
    )
