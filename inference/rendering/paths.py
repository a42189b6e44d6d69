"""The way a scratch takes over the surface."""

import numpy as np
import numpy.typing as npt

from inference.rendering.plan import ScratchPlan

Points = npt.NDArray[np.float64]

# Distance in px of the points along a line.
STEP = 1.0


def axis_of(plan: ScratchPlan, width: int, height: int, rng: np.random.Generator) -> Points:
    """Points along the middle line about a pixel apart, shape (n, 2), x before y.

    Examples
    --------
    >>> plan = ScratchPlan(x=0.5, y=0.5, length=20.0, angle=0.0)
    >>> points = axis_of(plan, 101, 101, np.random.default_rng(1))
    >>> points[0].tolist(), points[-1].tolist()
    ([40.0, 50.0], [60.0, 50.0])

    """
    # A sagitta of `bend` times the length belongs to a turn of about 8 bend.
    turn = 8.0 * plan.bend
    n = max(4, int(plan.length * (1.0 + 0.12 * min(abs(turn), 5.0) ** 2) / STEP))
    t = np.linspace(-0.5, 0.5, n)
    heading = turn * t + plan.sway * np.sin(2.0 * np.pi * t)
    for _ in range(plan.kinks):
        at, corner = rng.uniform(-0.4, 0.4), rng.normal(0.0, 0.35)
        heading += np.where(t > at, corner, 0.0)
    heading -= heading[n // 2]
    along, aside = np.cumsum(np.cos(heading)), np.cumsum(np.sin(heading))
    extent = float(np.hypot(np.ptp(along), np.ptp(aside)))
    along, aside = ((line - (line.min() + line.max()) / 2.0) for line in (along, aside))
    scale = plan.length / max(extent, 1e-6)
    cos, sin = scale * np.cos(plan.angle), scale * np.sin(plan.angle)
    x, y = along * cos - aside * sin, along * sin + aside * cos
    return np.column_stack((x + plan.x * (width - 1), y + plan.y * (height - 1)))


def beside(axis: Points, offsets: npt.NDArray[np.float64]) -> Points:
    """The line moved sideways by `offsets` px, shape (strands, n), as (strands, n, 2)."""
    direction = np.gradient(axis, axis=0)
    normal = np.column_stack((-direction[:, 1], direction[:, 0]))
    normal /= np.maximum(np.hypot(normal[:, 0], normal[:, 1]), 1e-6)[:, None]
    return axis[None, :, :] + normal[None, :, :] * offsets[:, :, None]


def wander(
    shape: tuple[int, int], correlation: float, sd: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Smooth noise of standard deviation about `sd` along each row; changes over `correlation`."""
    rows, n = shape
    knots = rng.normal(0.0, sd, (rows, int(n / correlation) + 3))
    position = np.arange(n) / correlation
    before = position.astype(int)
    part = position - before
    moved: npt.NDArray[np.float64] = (
        knots[:, before] * (1.0 - part)[None, :] + knots[:, before + 1] * part[None, :]
    )
    return moved
