"""Draw at random what resembles a defect and was left out by the annotators."""

from dataclasses import replace

import numpy as np

from inference.rendering.plan import ScratchKind, ScratchPlan, StainKind, StainPlan

# Spots on a part: negative binomial with this mean and k; real parts are either clean or dirty.
_SPOTS_MEAN = 5.5
_SPOTS_K = 0.7
_FLECKS_MEAN = 4.5
_FLECKS_K = 0.6


def plan_unlabelled_stains(rng: np.random.Generator, factor: float) -> tuple[StainPlan, ...]:
    """Spots like stains, most of them small or faint, and pale smudges."""
    if factor <= 0.0:
        return ()
    n = int(rng.poisson(rng.gamma(_SPOTS_K, _SPOTS_MEAN * factor / _SPOTS_K)))
    spots = [_spot(rng) for _ in range(n)]
    smudges = [_smudge(rng) for _ in range(int(rng.poisson(1.0 * factor)))]
    return tuple(spots + smudges)


def _spot(rng: np.random.Generator) -> StainPlan:
    size = rng.random()
    if size < 0.65:
        area = rng.uniform(8.0, 45.0)
    elif size < 0.97:
        area = rng.uniform(45.0, 130.0)
    else:
        area = rng.uniform(130.0, 320.0)
    return StainPlan(
        x=float(rng.uniform(0.0, 1.0)),
        y=float(rng.uniform(0.0, 1.0)),
        area=float(area),
        darkness=float(rng.uniform(0.12, 0.42 if area < 45.0 else 0.28)),
        kind=StainKind.FEATHERED,
        elongation=float(1.0 + rng.exponential(0.6)),
        angle=float(rng.uniform(0.0, np.pi)),
        roughness=float(rng.uniform(0.5, 1.0)),
        softness=float(rng.uniform(0.2, 0.9)),
        grainy=float(rng.uniform(0.1, 0.8)),
        labelled=False,
    )


def _smudge(rng: np.random.Generator) -> StainPlan:
    """A region that is a little darker than its surroundings."""
    return StainPlan(
        x=float(rng.uniform(0.0, 1.0)),
        y=float(rng.uniform(0.0, 1.0)),
        area=float(np.exp(rng.uniform(np.log(500.0), np.log(9000.0)))),
        darkness=float(rng.uniform(0.05, 0.15)),
        kind=StainKind.BRUISE,
        elongation=float(rng.uniform(1.0, 2.5)),
        angle=float(rng.uniform(0.0, np.pi)),
        roughness=float(rng.uniform(0.5, 1.0)),
        softness=1.0,
        grainy=float(rng.uniform(0.0, 0.5)),
        labelled=False,
    )


def plan_unlabelled_scratches(
    rng: np.random.Generator, factor: float, labelled: tuple[ScratchPlan, ...]
) -> tuple[ScratchPlan, ...]:
    """Bright flecks, faint marks, lines beside the `labelled` ones, and bundles of hairlines."""
    if factor <= 0.0:
        return ()
    flecks = int(rng.poisson(rng.gamma(_FLECKS_K, _FLECKS_MEAN * factor / _FLECKS_K)))
    direction = rng.uniform(0.0, np.pi)
    marks = [_fleck(rng, direction) for _ in range(flecks)]
    marks += [_faint_mark(rng) for _ in range(int(rng.poisson(1.0 * factor)))]
    for scratch in labelled:
        if rng.random() < 0.2 * factor:
            marks += [_companion(rng, scratch) for _ in range(int(rng.integers(1, 4)))]
    if rng.random() < 0.2 * factor:
        marks += [_hairlines(rng, direction) for _ in range(int(rng.integers(1, 3)))]
    return tuple(marks)


def _fleck(rng: np.random.Generator, direction: float) -> ScratchPlan:
    """A short dash, mostly bright; those of one part tend to run one way."""
    return ScratchPlan(
        x=float(rng.uniform(0.0, 1.0)),
        y=float(rng.uniform(0.0, 1.0)),
        length=float(rng.uniform(5.0, 24.0)),
        angle=float(rng.normal(direction, 0.5)),
        kind=ScratchKind.BRIGHT if rng.random() < 0.8 else ScratchKind.DARK,
        bend=float(rng.normal(0.0, 0.08)),
        contrast=float(rng.uniform(0.15, 0.5)),
        width=float(rng.uniform(0.9, 2.2)),
        breaks=0.1,
        labelled=False,
    )


def _faint_mark(rng: np.random.Generator) -> ScratchPlan:
    """A line that could have been marked."""
    return ScratchPlan(
        x=float(rng.uniform(0.0, 1.0)),
        y=float(rng.uniform(0.0, 1.0)),
        length=float(rng.uniform(15.0, 90.0)),
        angle=float(rng.uniform(0.0, np.pi)),
        kind=ScratchKind.BRIGHT if rng.random() < 0.6 else ScratchKind.DARK,
        bend=float(rng.normal(0.0, 0.05)),
        contrast=float(rng.uniform(0.08, 0.25)),
        width=float(rng.uniform(0.8, 1.8)),
        breaks=float(rng.uniform(0.2, 0.6)),
        labelled=False,
    )


def _companion(rng: np.random.Generator, scratch: ScratchPlan) -> ScratchPlan:
    """A weaker line that runs beside a labelled one."""
    return replace(
        scratch,
        x=float(scratch.x + rng.normal(0.0, 0.05)),
        y=float(scratch.y + rng.normal(0.0, 0.05)),
        length=scratch.length * float(rng.uniform(0.3, 1.1)),
        angle=scratch.angle + float(rng.normal(0.0, 0.06)),
        kind=(ScratchKind.BRIGHT if scratch.kind is ScratchKind.INVISIBLE else scratch.kind),
        contrast=scratch.contrast * float(rng.uniform(0.25, 0.6)),
        breaks=float(rng.uniform(0.2, 0.6)),
        labelled=False,
    )


def _hairlines(rng: np.random.Generator, direction: float) -> ScratchPlan:
    """A bundle of parallel lines, each over a part of its length only."""
    strong = rng.random() < 0.3
    return ScratchPlan(
        x=float(rng.uniform(0.0, 1.0)),
        y=float(rng.uniform(0.0, 1.0)),
        length=float(rng.uniform(120.0, 400.0)),
        angle=float(rng.normal(direction, 0.1)),
        kind=ScratchKind.BRIGHT if rng.random() < 0.65 else ScratchKind.DARK,
        bend=float(rng.normal(0.0, 0.03)),
        contrast=float(rng.uniform(0.3, 0.7) if strong else rng.uniform(0.1, 0.3)),
        width=float(rng.uniform(0.7, 1.4)),
        strands=int(rng.integers(8, 40)),
        span=(0.06, 0.5),
        spread=float(rng.uniform(6.0, 45.0)),
        breaks=float(rng.uniform(0.2, 0.5)),
        labelled=False,
    )
