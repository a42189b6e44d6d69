"""What the demonstration's plant makes: every part, when it passed which station, and its defects.

A plan holds no pixel, so a benchmark can judge the monitor on twenty plants in the time that one
takes to draw. Each part has a random stream of its own (seed, part number): more parts do not
change the first ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from inference.rendering.plan import ScratchPlan, StainPlan, SurfacePlan
from inference.rendering.planning import plan_scratch, plan_stain, plan_surface
from warehouse.records import Stream

LINE = "L1"
FAMILY = "HS-40"
PLATING = "S10-plating"
BATHS = ("bath-1", "bath-2")
PACKING = "S20-packing"
CELL = "cell-1"
EXCURSION_STREAM = Stream(LINE, PACKING, CELL, FAMILY)

STAIN_MEAN = 1.0
STAIN_K = 10.0
SCRATCH_MEAN = 1.0
"""A steadier plant than the real one, whose parts have five stains and vary twice as much: an
excursion of a few stains a part must be seen within a day, under a strict budget."""

HANDLING_STAINS = 0.2
HANDLING_SCRATCHES = 0.2
"""Mean number of defects that a part gains between plating and packing."""

EXCURSION_BEGINS = 0.75
"""Share of the period after which the packing cell marks its parts."""

CORNER_X = (0.72, 0.95)
CORNER_Y = (0.05, 0.30)
CORNER_AREA = (350.0, 800.0)
MOST_CORNER_STAINS = 4
"""One to so many stains a part, each in a quarter of the corner: touching ones would be one."""

TO_PACKING = timedelta(minutes=95)


@dataclass(frozen=True, slots=True)
class DemoPass:
    """One picture of the demonstration: a part at a station.

    `planted` counts the stains that belong to the excursion; `seed` is the renderer's.
    """

    part_id: str
    stream: Stream
    captured_at: datetime
    surface: SurfacePlan
    planted: int
    seed: tuple[int, int, int]

    @property
    def image_name(self) -> str:
        """The file name in the inbox; one part has a picture per station."""
        return f"{self.part_id}_{self.stream.station}.png"


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """All passes of all parts, in the order of their capture."""

    passes: tuple[DemoPass, ...]
    excursion_begins: datetime

    def of_stream(self, stream: Stream) -> tuple[DemoPass, ...]:
        """The passes of one stream, oldest first."""
        return tuple(one for one in self.passes if one.stream == stream)

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The plant's streams, by key."""
        return tuple(sorted({one.stream for one in self.passes}, key=lambda stream: stream.key))


def plan_demo(*, parts: int, days: float, seed: int, end: datetime) -> DemoPlan:
    """Plan a plant whose last part is packed just before `end`.

    Parts enter at equal intervals over `days` and alternate between the two baths. Each is seen
    after plating and, 95 minutes later, at packing: the same defects plus a few from handling.
    From three quarters of the period on, the packing cell leaves one to four stains near the
    upper right corner; nothing else changes.

    Examples
    --------
    >>> from datetime import UTC
    >>> plan = plan_demo(parts=40, days=2, seed=1, end=datetime(2024, 5, 3, tzinfo=UTC))
    >>> len(plan.passes), [stream.tool for stream in plan.streams]
    (80, ['bath-1', 'bath-2', 'cell-1'])
    >>> {one.planted > 0 for one in plan.passes if one.captured_at < plan.excursion_begins}
    {False}

    """
    if parts < 1 or days <= 0:
        raise ValueError(f"a plant needs parts and days above 0, got {parts} and {days:g}")
    period = timedelta(days=days)
    began = end - period
    excursion_begins = began + EXCURSION_BEGINS * period
    takt = (period - TO_PACKING) / parts
    passes: list[DemoPass] = []
    for number in range(parts):
        passes += _part(number, seed, began + number * takt, takt, excursion_begins)
    passes.sort(key=lambda one: (one.captured_at, one.part_id))
    return DemoPlan(passes=tuple(passes), excursion_begins=excursion_begins)


def _part(
    number: int, seed: int, entered: datetime, takt: timedelta, excursion_begins: datetime
) -> Iterator[DemoPass]:
    """One part at both stations."""
    rng = np.random.default_rng((seed, number))
    # Whole seconds, as cameras write them, and no two parts at the same clock beat.
    plated_at = (entered + rng.uniform(0.0, 0.8) * takt).replace(microsecond=0)
    packed_at = plated_at + TO_PACKING
    part_id = f"HS{number + 1:06d}"
    plated = plan_surface(
        rng, stain_mean=STAIN_MEAN, stain_k=STAIN_K, scratch_mean=SCRATCH_MEAN, distractors=0.0
    )
    yield DemoPass(
        part_id=part_id,
        stream=Stream(LINE, PLATING, BATHS[number % len(BATHS)], FAMILY),
        captured_at=plated_at,
        surface=plated,
        planted=0,
        seed=(seed, number, 0),
    )
    handled = replace(
        plated,
        stains=plated.stains + _handling_stains(rng),
        scratches=plated.scratches + _handling_scratches(rng),
    )
    # Drawn for every part and used for some, so the excursion shifts no other random number.
    corner = _corner_stains(rng)
    marked = packed_at >= excursion_begins
    yield DemoPass(
        part_id=part_id,
        stream=EXCURSION_STREAM,
        captured_at=packed_at,
        surface=replace(handled, stains=handled.stains + corner) if marked else handled,
        planted=len(corner) if marked else 0,
        seed=(seed, number, 1),
    )


def _handling_stains(rng: np.random.Generator) -> tuple[StainPlan, ...]:
    """The few stains of handling, anywhere on the part."""
    return tuple(
        plan_stain(rng, float(rng.uniform(0.05, 0.95)), float(rng.uniform(0.05, 0.95)), 120.0)
        for _ in range(int(rng.poisson(HANDLING_STAINS)))
    )


def _handling_scratches(rng: np.random.Generator) -> tuple[ScratchPlan, ...]:
    """The few scratches of handling."""
    return tuple(
        plan_scratch(rng, visible=True) for _ in range(int(rng.poisson(HANDLING_SCRATCHES)))
    )


def _corner_stains(rng: np.random.Generator) -> tuple[StainPlan, ...]:
    """One to four dark stains near the upper right corner."""
    number = int(rng.integers(1, MOST_CORNER_STAINS + 1))
    quarters = rng.permutation(MOST_CORNER_STAINS)[:number].tolist()
    return tuple(_corner_stain(rng, column=one % 2, row=one // 2) for one in quarters)


def _corner_stain(rng: np.random.Generator, *, column: int, row: int) -> StainPlan:
    """One stain in a quarter of the corner, round its middle."""
    (left, right), (top, bottom) = CORNER_X, CORNER_Y
    x = left + (right - left) * (column + rng.uniform(0.3, 0.7)) / 2
    y = top + (bottom - top) * (row + rng.uniform(0.3, 0.7)) / 2
    stain = plan_stain(rng, float(x), float(y), float(rng.uniform(*CORNER_AREA)))
    return replace(stain, darkness=0.45)
