"""Draw plans at random with the frequencies measured on real heat sinks."""

from dataclasses import replace

import numpy as np

from inference.rendering.looks import (
    plan_distractors,
    plan_grain,
    plan_shading,
    plan_unlabelled_scratches,
    plan_unlabelled_stains,
)
from inference.rendering.plan import (
    ScratchKind,
    ScratchPlan,
    StainKind,
    StainPlan,
    SurfacePlan,
)

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
    stains = _stains(rng, _count(rng, stain_mean, stain_k))
    scratches = _scratches(rng, _count(rng, scratch_mean, scratch_k), visible=distractors == 0.0)
    return SurfacePlan(
        size=size,
        stains=stains + plan_unlabelled_stains(rng, distractors),
        scratches=scratches + plan_unlabelled_scratches(rng, distractors, plan_scratch(rng)),
        brightness=brightness,
        # Dull parts look browner: the ratio falls with red.
        green_ratio=float(rng.normal(0.347 - 0.0008 * (brightness - 104.7), 0.023)),
        grain=plan_grain(rng, brightness),
        shading=plan_shading(rng),
        distractors=plan_distractors(rng, distractors),
    )


def plan_stain(rng: np.random.Generator, x: float, y: float, area: float) -> StainPlan:
    """Draw the looks of a stain at (x, y) in part coordinates with `area` annotated pixels."""
    kind = _stain_kind(rng, area)
    darkness = rng.normal(0.34, 0.09)
    softness = rng.uniform(0.2, 0.9)
    if kind is StainKind.BRUISE:
        darkness, softness = rng.normal(0.24, 0.06), rng.uniform(0.6, 1.0)
    elongation = 1.0 + rng.gamma(1.5, 0.45)
    return StainPlan(
        x=x,
        y=y,
        area=area,
        darkness=float(np.clip(darkness, 0.12, 0.7)),
        kind=kind,
        elongation=float(min(elongation, 4.0)),
        angle=float(rng.uniform(0.0, np.pi)),
        roughness=float(rng.uniform(0.3, 1.0)),
        softness=float(softness),
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
    kind = kinds[int(rng.choice(3, p=(0.64, 0.36, 0.0) if visible else (0.53, 0.29, 0.18)))]
    bend = rng.choice((0.0, rng.normal(0.0, 0.06), rng.normal(0.0, 0.3)), p=(0.5, 0.38, 0.12))
    wide = rng.random() < 0.25
    # Some dark ones are shallow troughs: twice as wide and half as deep.
    shallow = kind is ScratchKind.DARK and rng.random() < 0.3
    if length is None:
        length = float(np.clip(rng.lognormal(np.log(87.0), 0.7), 15.0, 400.0))
    return ScratchPlan(
        x=float(rng.uniform(0.05, 0.95)) if x is None else x,
        y=float(rng.uniform(0.06, 0.94)) if y is None else y,
        length=length,
        angle=float(rng.uniform(0.0, np.pi)),
        kind=kind,
        bend=float(bend),
        contrast=float(
            np.clip(rng.lognormal(np.log(0.5), 0.4), 0.15, 1.2)
            if kind is ScratchKind.BRIGHT
            else np.clip(rng.normal(0.34, 0.1), 0.12, 0.65) * (0.55 if shallow else 1.0)
        ),
        width=float(rng.uniform(0.8, 2.4 if kind is ScratchKind.BRIGHT else 1.6))
        * (1.8 if shallow else 1.0),
        strands=int(rng.integers(3, 9)) if wide else int(rng.choice((1, 2), p=(0.75, 0.25))),
        spread=float(rng.uniform(1.5, 4.0)) if wide else float(rng.uniform(1.0, 2.0)),
        breaks=float(rng.beta(1.3, 4.5)),
        shadow=float(rng.uniform(0.3, 1.0)) if rng.random() < 0.2 else 0.0,
        green=float(rng.uniform(0.1, 0.4)) if rng.random() < 0.15 else 0.0,
    )


def _count(rng: np.random.Generator, mean: float, k: float) -> int:
    """Negative binomial as a Poisson number with a gamma mean."""
    return int(rng.poisson(rng.gamma(k, mean / k))) if mean > 0.0 else 0


def _stains(rng: np.random.Generator, n: int) -> tuple[StainPlan, ...]:
    """Stains that prefer the upper and lower edges and, on some parts, each other."""
    gathered = rng.random() < 0.35
    centre = rng.uniform(0.1, 0.9, 2)
    stains = []
    for _ in range(n):
        x, y = _stain_place(rng)
        if gathered and rng.random() < 0.6:
            x, y = np.clip(centre + rng.normal(0.0, 0.13, 2), 0.01, 0.99)
        stains.append(plan_stain(rng, float(x), float(y), _stain_area(rng)))
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


def _stain_place(rng: np.random.Generator) -> tuple[float, float]:
    """A quarter of the stains gather at the upper edge, an eighth at the lower."""
    x = rng.uniform(0.01, 0.99)
    where = rng.random()
    if where < 0.26:
        y = rng.beta(1.6, 7.0)
    elif where < 0.38:
        y = 1.0 - rng.beta(1.2, 9.0)
    else:
        y = rng.uniform(0.01, 0.99)
    return x, float(y)


def _stain_area(rng: np.random.Generator) -> float:
    """Pixels, with the quantiles 5/25/50/75/95/99 % of 61/113/184/348/1024/2706."""
    quantiles = (0.0, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99, 1.0)
    log_area = np.log((25.0, 61.0, 113.0, 184.0, 348.0, 1024.0, 2706.0, 5000.0))
    return float(np.exp(np.interp(rng.random(), quantiles, log_area)))


def _stain_kind(rng: np.random.Generator, area: float) -> StainKind:
    """Small stains are mostly round, large ones mostly feathered or bruises."""
    if area < 130.0:
        shares = (0.45, 0.45, 0.02, 0.05, 0.03, 0.0)
    elif area < 600.0:
        shares = (0.20, 0.42, 0.10, 0.14, 0.12, 0.02)
    else:
        shares = (0.06, 0.36, 0.14, 0.14, 0.28, 0.02)
    return tuple(StainKind)[int(rng.choice(len(shares), p=shares))]
