"""Learn limits from a baseline, leave points out with a reason, and write down every step."""

from dataclasses import dataclass, replace

import numpy as np

from spc.arrays import BoolArray, FloatArray
from spc.baseline import Exclusions, baseline_values
from spc.errors import BaselineError, ChartError
from spc.kinds import ChartKind
from spc.options import ChartOptions
from spc.patterns import beyond_limits
from spc.result import ChartResult, JsonDict
from spc.task import Task

# A baseline that loses more than this share is no process in control with a few odd points.
_MOST_EXCLUDED = 1 / 3
# Panels whose points carry their neighbours: an odd value breaks them beside itself, too.
_BLAMELESS = frozenset({"moving-range", "share-above-zero"})


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Points of a stage and how its limits are learnt from them.

    Attributes
    ----------
    kind : of the chart.
    points : the first axis counts them.
    first, last : of the baseline, indexes from 0, both included.
    exclusions : (index, reason) of points left out, in the order of leaving.
    rules, options, names : as in `Task`.
    times : shape (points,), seconds, rising; None where points have no times of their own.

    """

    kind: ChartKind
    points: FloatArray
    first: int
    last: int
    exclusions: Exclusions
    rules: str
    options: ChartOptions
    names: tuple[str, ...] = ()
    times: FloatArray | None = None

    def base(self, exclusions: Exclusions) -> FloatArray:
        """Return the baseline with these points missing."""
        return baseline_values(self.points, first=self.first, last=self.last, exclusions=exclusions)

    def evaluate(self, exclusions: Exclusions) -> ChartResult:
        """Evaluate all points with limits learnt without these."""
        return self.kind.evaluate(
            Task(
                base=self.base(exclusions),
                points=self.points,
                rules=self.rules,
                options=self.options,
                taught=self._taught(exclusions),
                names=self.names,
                times=None if self.times is None else self.times[self.first : self.last + 1],
            )
        )

    def _taught(self, exclusions: Exclusions) -> BoolArray:
        taught = np.zeros(self.points.shape[0], dtype=np.bool_)
        taught[self.first : self.last + 1] = True
        taught[[index for index, _ in exclusions]] = False
        return taught


def learn(lesson: Lesson, *, trial_limits: bool = False) -> tuple[ChartResult, FloatArray]:
    """Evaluate the points of a lesson.

    Exclusions are made one step at a time: each recomputes the limits, and `phase["steps"]` records
    what was left out and what came of it. With `trial_limits`, every point of the baseline outside the
    limits is then left out and the limits are computed anew, until none is outside.

    Returns
    -------
    the chart, with the steps in its phase, and the baseline that its limits rest on

    Raises
    ------
    ChartError
        Trial limits for a chart whose points carry those before them.
    BaselineError
        An exclusion outside the baseline or without reason, or more than a third of it left out.

    """
    if trial_limits and lesson.kind.remembers:
        raise ChartError(
            "the points of this chart carry those before them, so one outside its limits is not itself "
            "to blame; find odd points with imr, c or t2, then exclude them"
        )
    left_out: list[tuple[int, str]] = []
    result = lesson.evaluate(left_out)
    steps = [_step(result, [])]
    for exclusion in lesson.exclusions:
        left_out.append(exclusion)
        result = lesson.evaluate(left_out)
        steps.append(_step(result, [exclusion]))
    while trial_limits and (outside := _outside(lesson, result, left_out)):
        reason = f"outside the trial limits of step {len(steps)}"
        fresh = [(index, reason) for index in outside]
        left_out.extend(fresh)
        _refuse_gutting(lesson, len(left_out), len(steps))
        result = lesson.evaluate(left_out)
        steps.append(_step(result, fresh))
    phase: JsonDict = {
        "first": lesson.first + 1,
        "last": lesson.last + 1,
        "exclusions": [_told(exclusion) for exclusion in left_out],
    }
    if trial_limits or left_out:
        phase["steps"] = steps
    return replace(result, phase=result.phase | phase), lesson.base(left_out)


def _outside(lesson: Lesson, result: ChartResult, left_out: Exclusions) -> list[int]:
    """Points of the baseline outside the limits of a panel that blames them."""
    flagged = np.zeros(lesson.points.shape[0], dtype=np.bool_)
    for panel in result.panels:
        if panel.name not in _BLAMELESS:
            flagged |= beyond_limits(panel.value, panel.lcl, panel.ucl)
    flagged[: lesson.first] = False
    flagged[lesson.last + 1 :] = False
    flagged[[index for index, _ in left_out]] = False
    return [int(index) for index in np.flatnonzero(flagged)]


def _refuse_gutting(lesson: Lesson, excluded: int, step: int) -> None:
    length = lesson.last - lesson.first + 1
    if excluded > _MOST_EXCLUDED * length:
        raise BaselineError(
            f"after step {step} {excluded} of {length} points lie outside their trial limits: this is no "
            "process in control with a few odd points; choose another baseline or another chart"
        )


def _step(result: ChartResult, excluded: Exclusions) -> JsonDict:
    panel = result.panels[0]
    return {
        "excluded": [_told(exclusion) for exclusion in excluded],
        "center": _first(panel.center),
        "lcl": _first(panel.lcl),
        "ucl": _first(panel.ucl),
        "sigma": result.sigma,
    }


def _told(exclusion: tuple[int, str]) -> JsonDict:
    index, reason = exclusion
    return {"index": index + 1, "reason": reason}


def _first(level: FloatArray) -> float | None:
    known = level[~np.isnan(level)]
    return float(known[0]) if known.size else None
