"""What each process step adds: from sums per day to rows in the order of the process."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spc.paired import PairedIncrease, paired_increase
from warehouse.steps import StationStep

CONFIDENCE = 0.95
"""Of all intervals of a page together (Bonferroni)."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: mean value of its parts before it, and by how much they changed."""

    line: str
    station_before: str
    station: str
    level_before: float
    increase: PairedIncrease
    other_model: int

    @property
    def level_after(self) -> float:
        """Mean value of the same parts after the step."""
        return self.level_before + self.increase.mean


@dataclass(frozen=True, slots=True)
class StepsModel:
    """All steps in the order of the process; `most` adds most, None where none surely adds.

    `rival` is the step that adds next most, where the two cannot be told apart. `other_model` are
    the parts left out because two models measured them.
    """

    rows: tuple[StepRow, ...]
    most: StepRow | None
    rival: StepRow | None
    other_model: int


def steps_model(steps: Sequence[StationStep]) -> StepsModel:
    """Work out the mean change of every step, with intervals that hold together."""
    counted = [step for step in steps if step.pairs.sum() > 0]
    confidence = 1 - (1 - CONFIDENCE) / max(len(counted), 1)
    rows = [_row(step, confidence) for step in _in_process_order(counted)]
    by_mean = sorted(rows, key=lambda row: -row.increase.mean)
    most = by_mean[0] if by_mean and by_mean[0].increase.low > 0 else None
    second = by_mean[1] if most and len(by_mean) > 1 else None
    return StepsModel(
        rows=tuple(rows),
        most=most,
        rival=second if most and second and not _surely_more(most, second) else None,
        other_model=sum(step.other_model for step in steps),
    )


def _row(step: StationStep, confidence: float) -> StepRow:
    return StepRow(
        line=step.line,
        station_before=step.station_before,
        station=step.station,
        level_before=float(step.before.sum() / step.pairs.sum()),
        increase=paired_increase(step.pairs, step.changes, step.squares, confidence=confidence),
        other_model=step.other_model,
    )


def _surely_more(first: StepRow, second: StepRow) -> bool:
    """Whether the interval of the difference excludes 0, both taken as independent."""
    reaches = [row.increase.high - row.increase.mean for row in (first, second)]
    if not all(math.isfinite(reach) for reach in reaches):
        return False
    # Independent errors add up as the sides of a right angle; so do reaches of equal confidence.
    return first.increase.mean - second.increase.mean > math.hypot(*reaches)


def _in_process_order(steps: Sequence[StationStep]) -> list[StationStep]:
    """By line, then as parts meet the stations; a loop falls back to how many parts go that way."""
    ordered: list[StationStep] = []
    for line in sorted({step.line for step in steps}):
        waiting = [step for step in steps if step.line == line]
        while waiting:
            reached = {step.station for step in waiting}
            following = [step for step in waiting if step.station_before not in reached]
            chosen = min(
                following or waiting,
                key=lambda step: (-int(step.pairs.sum()), step.station_before, step.station),
            )
            ordered.append(chosen)
            waiting.remove(chosen)
    return ordered
