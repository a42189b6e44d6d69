"""Draw a surface's texture and its border at random, as measured on real heat sinks."""

import numpy as np

from inference.rendering.appearance import (
    CornerPlan,
    DistractorPlan,
    GrainPlan,
    SeamPlan,
    ShadingPlan,
)


def plan_grain(rng: np.random.Generator, brightness: float, factor: float) -> GrainPlan:
    """Grain of a part whose red is `brightness` on average: coarser on dull parts.

    `factor` scales the pits, which could be taken for stains.
    """
    contrast = rng.normal(0.113 - 0.0006 * (brightness - 104.7), 0.022)
    brushed = rng.random() < 0.12
    return GrainPlan(
        contrast=float(np.clip(contrast, 0.08, 0.19)),
        skew=float(rng.normal(0.1 - 0.002 * (brightness - 104.7), 0.07)),
        scale=float(np.exp(rng.normal(-0.05, 0.1))),
        anisotropy=float(rng.uniform(1.3, 2.2)) if brushed else float(rng.uniform(0.97, 1.1)),
        angle=float(rng.uniform(0.0, np.pi)) if brushed else np.pi / 2.0,
        pits=float(factor * np.clip(rng.gamma(1.0, 0.13), 0.0, 0.36)),
        pit_level=float(rng.uniform(1.2, 2.4)),
        pit_size=float(rng.uniform(1.8, 4.5)),
        pit_patches=float(rng.uniform(0.2, 1.0)),
    )


def plan_shading(rng: np.random.Generator) -> ShadingPlan:
    """Lamp fall-off and clouds, which together have the spread measured on real parts."""
    return ShadingPlan(
        linear=(float(rng.normal(0.0, 0.027)), float(rng.normal(0.0, 0.056))),
        quadratic=(float(rng.normal(0.0, 0.042)), float(rng.normal(0.0, 0.058))),
        mottle=float(np.clip(rng.normal(0.041, 0.015), 0.01, 0.09)),
    )


def plan_distractors(rng: np.random.Generator, factor: float) -> DistractorPlan:
    """Specks, dust, dark corners and strips, light and seams; `factor` scales how many."""
    if factor <= 0.0:
        return DistractorPlan()
    return DistractorPlan(
        specks=int(rng.gamma(0.7, 55.0 * factor)),
        clumps=int(rng.integers(0, 6)),
        dust=int(rng.gamma(0.6, 9.0 * factor)),
        right_strip=float(rng.uniform(1.0, 12.0)) if rng.random() < 0.1 * factor else 0.0,
        corners=_corners(rng, factor),
        seams=_seams(rng, factor),
        rims=_rims(rng, factor),
        glow=_glow(rng, factor),
        rough_border=float(rng.exponential(0.9 * factor)),
    )


def _corners(rng: np.random.Generator, factor: float) -> tuple[CornerPlan, ...]:
    """On one part in five, shade over corners, or a corner that is cut off or rounded."""
    if rng.random() >= 0.2 * factor:
        return ()
    corners = []
    for number in rng.permutation(4)[: int(rng.choice((1, 2, 4), p=(0.6, 0.3, 0.1)))]:
        if rng.random() < 0.6:
            corners.append(_shade(rng, int(number)))
        else:
            corners.append(_part_corner(rng, int(number)))
    return tuple(corners)


def _shade(rng: np.random.Generator, number: int) -> CornerPlan:
    return CornerPlan(
        number=number,
        reach=float(np.clip(rng.lognormal(np.log(50.0), 0.5), 15.0, 140.0)),
        slope=float(np.exp(rng.normal(-0.3, 0.5))),
        softness=float(rng.uniform(5.0, 22.0)),
        level=float(rng.uniform(0.4, 0.85)),
    )


def _part_corner(rng: np.random.Generator, number: int) -> CornerPlan:
    """Where the part itself ends: nearly black or olive, with a sharp edge."""
    reach = float(rng.uniform(8.0, 80.0))
    return CornerPlan(
        number=number,
        reach=reach,
        slope=float(rng.uniform(0.12, 1.0) if reach > 30.0 else rng.uniform(0.5, 1.6)),
        softness=float(rng.uniform(1.0, 4.0)),
        level=float(rng.uniform(0.12, 0.45)),
        green=float(rng.uniform(0.0, 1.0)),
        rounded=bool(rng.random() < 0.5),
    )


def _seams(rng: np.random.Generator, factor: float) -> tuple[SeamPlan, ...]:
    """On one part in eight, a line or two one pixel wide, most of them yellowish."""
    if rng.random() >= 0.12 * factor:
        return ()
    return tuple(
        SeamPlan(
            at=float(rng.uniform(0.0, 1.0)),
            upright=bool(rng.random() < 0.5),
            level=float(rng.uniform(1.1, 2.0) if rng.random() < 0.75 else rng.uniform(0.4, 0.9)),
            tint=float(rng.uniform(1.0, 2.5)),
        )
        for _ in range(int(rng.choice((1, 2), p=(0.75, 0.25))))
    )


def _rims(rng: np.random.Generator, factor: float) -> tuple[float, float, float, float]:
    """On two parts in five, light along some of the edges."""
    levels = np.exp(rng.normal(0.2, 0.5, 4))
    some = (rng.random(4) < 0.4) & (rng.random() < 0.4 * factor)
    top, right, bottom, left = (float(level) for level in np.where(some, levels, 0.0))
    return top, right, bottom, left


def _glow(rng: np.random.Generator, factor: float) -> tuple[float, float]:
    """On one part in four, broken light along the upper or lower edge."""
    strength = rng.uniform(0.1, 0.6, 2) * (rng.random(2) < 0.15 * factor)
    return float(strength[0]), float(strength[1])
