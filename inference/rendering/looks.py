"""Draw a surface's texture and its distractors at random, as measured on real heat sinks."""

from dataclasses import replace

import numpy as np

from inference.rendering.plan import (
    DistractorPlan,
    GrainPlan,
    ScratchKind,
    ScratchPlan,
    ShadingPlan,
    StainKind,
    StainPlan,
)


def plan_grain(rng: np.random.Generator, brightness: float) -> GrainPlan:
    """Grain of a part whose red is `brightness` on average: coarser on dull parts."""
    contrast = rng.normal(0.117 - 0.0006 * (brightness - 104.7), 0.022)
    brushed = rng.random() < 0.1
    return GrainPlan(
        contrast=float(np.clip(contrast, 0.07, 0.19)),
        skew=float(rng.normal(0.04 - 0.002 * (brightness - 104.7), 0.07)),
        scale=float(np.exp(rng.normal(0.02, 0.12))),
        anisotropy=float(rng.uniform(1.3, 2.2)) if brushed else float(rng.uniform(1.0, 1.15)),
        angle=float(rng.uniform(0.0, np.pi)) if brushed else np.pi / 2.0,
    )


def plan_shading(rng: np.random.Generator) -> ShadingPlan:
    """Lamp fall-off and clouds; the standard deviations were measured on real parts."""
    return ShadingPlan(
        linear=(float(rng.normal(0.0, 0.033)), float(rng.normal(0.0, 0.059))),
        quadratic=(float(rng.normal(0.0, 0.057)), float(rng.normal(0.0, 0.069))),
        mottle=float(np.clip(rng.normal(0.041, 0.015), 0.01, 0.09)),
    )


def plan_distractors(rng: np.random.Generator, factor: float) -> DistractorPlan:
    """Specks, dust, dark corners and strips; `factor` scales how many."""
    specks = int(rng.gamma(0.8, 45.0 * factor)) if factor > 0.0 else 0
    return DistractorPlan(
        specks=specks,
        clumps=int(rng.integers(0, 6)),
        dust=int(rng.gamma(0.6, 9.0 * factor)) if factor > 0.0 else 0,
        right_strip=float(rng.uniform(2.0, 12.0)) if rng.random() < 0.1 * factor else 0.0,
        corner=float(rng.uniform(20.0, 120.0)) if rng.random() < 0.15 * factor else 0.0,
        corner_no=int(rng.integers(0, 4)),
        rims=_rims(rng, factor),
        rough_border=float(rng.exponential(2.5 * factor)) if factor > 0.0 else 0.0,
    )


def _rims(rng: np.random.Generator, factor: float) -> tuple[float, float, float, float]:
    """On two parts in five, light along some of the edges."""
    levels = np.exp(rng.normal(0.2, 0.5, 4))
    some = (rng.random(4) < 0.4) & (rng.random() < 0.4 * factor)
    top, right, bottom, left = (float(level) for level in np.where(some, levels, 0.0))
    return top, right, bottom, left


def plan_unlabelled_stains(rng: np.random.Generator, factor: float) -> tuple[StainPlan, ...]:
    """Spots of stain-like looks that the annotators left out, most of them small or faint."""
    if factor <= 0.0:
        return ()
    spots = []
    for _ in range(int(rng.poisson(2.5 * factor))):
        area = float(rng.uniform(8.0, 45.0) if rng.random() < 0.85 else rng.uniform(45.0, 130.0))
        spots.append(
            StainPlan(
                x=float(rng.uniform(0.0, 1.0)),
                y=float(rng.uniform(0.0, 1.0)),
                area=area,
                darkness=float(rng.uniform(0.15, 0.45)),
                kind=StainKind.FEATHERED,
                elongation=float(1.0 + rng.exponential(0.6)),
                angle=float(rng.uniform(0.0, np.pi)),
                roughness=0.8,
                softness=float(rng.uniform(0.2, 0.7)),
                labelled=False,
            )
        )
    for _ in range(int(rng.poisson(0.5 * factor))):
        cloud = StainPlan(
            x=float(rng.uniform(0.0, 1.0)),
            y=float(rng.uniform(0.0, 1.0)),
            area=float(rng.uniform(1500.0, 9000.0)),
            darkness=float(rng.uniform(0.05, 0.13)),
            kind=StainKind.BRUISE,
            elongation=float(rng.uniform(1.0, 2.5)),
            angle=float(rng.uniform(0.0, np.pi)),
            roughness=0.6,
            softness=1.0,
            labelled=False,
        )
        spots.append(cloud)
    return tuple(spots)


def plan_unlabelled_scratches(
    rng: np.random.Generator, factor: float, template: ScratchPlan
) -> tuple[ScratchPlan, ...]:
    """Short faint marks and, on one part in eight, a bundle of parallel hairlines."""
    if factor <= 0.0:
        return ()
    marks = [
        replace(
            template,
            x=float(rng.uniform(0.0, 1.0)),
            y=float(rng.uniform(0.0, 1.0)),
            length=float(rng.uniform(8.0, 40.0)),
            angle=float(rng.uniform(0.0, np.pi)),
            kind=ScratchKind.BRIGHT if rng.random() < 0.75 else ScratchKind.DARK,
            bend=float(rng.normal(0.0, 0.08)),
            contrast=float(rng.uniform(0.12, 0.4)),
            width=float(rng.uniform(0.8, 1.8)),
            strands=1,
            labelled=False,
        )
        for _ in range(int(rng.poisson(1.8 * factor)))
    ]
    if rng.random() < 0.13 * factor:
        marks.append(_hairlines(rng))
    return tuple(marks)


def _hairlines(rng: np.random.Generator) -> ScratchPlan:
    return ScratchPlan(
        x=float(rng.uniform(0.1, 0.9)),
        y=float(rng.uniform(0.1, 0.9)),
        length=float(rng.uniform(120.0, 400.0)),
        angle=float(rng.uniform(0.0, np.pi)),
        kind=ScratchKind.BRIGHT if rng.random() < 0.6 else ScratchKind.DARK,
        bend=float(rng.normal(0.0, 0.03)),
        contrast=float(rng.uniform(0.08, 0.25)),
        width=float(rng.uniform(0.7, 1.1)),
        strands=int(rng.integers(6, 25)),
        spread=float(rng.uniform(8.0, 60.0)),
        breaks=float(rng.uniform(0.3, 0.6)),
        labelled=False,
    )
