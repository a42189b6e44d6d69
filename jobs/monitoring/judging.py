"""Judge the points of a stream against frozen limits: a pure function from series to signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from spc.phase import Phase
from spc.phase_state import BEFORE, PhasePiece, PhaseState, advance_phase
from spc.result import ChartResult, Panel, Signal
from warehouse.checkpoints import Checkpoint
from warehouse.journal.specification_changes import Pair, SpecificationChange
from warehouse.records import SignalRow
from warehouse.series import MetricSeries
from warehouse.signals import signal_id

SPECIFICATION_RULE = "specification"
SPECIFICATION_PANEL = "specification"
LOCATION_RULE = "location"
"""Rule of a changed pattern of positions; what and since when follows after a colon."""
NO_PHASE = 0
"""Phase number of a signal that needs no limits: a part out of specification."""
LAST_OF_INSTANT = "\U0010ffff"
"""After every pass id of one instant."""
LONGEST_RUN = 100
"""Passes of a run that are kept for drawing: a level may stay away from its centre for years."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges and when: what every signal row of one evaluation has in common."""

    characteristic_id: str
    phase_id: int
    evaluation_id: int
    evaluated_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Points `start` … of a series, judged: the panels of just these points, and their signals.

    `checkpoint` is where the chart stands after them; `chart` is None without a known value.
    """

    start: int
    chart: ChartResult | None
    signals: tuple[SignalRow, ...]
    checkpoint: Checkpoint


def judge_phase(
    phase: Phase,
    series: MetricSeries,
    judge: Judge,
    *,
    baseline_ends: datetime,
    valid_to: datetime | None = None,
    after: Checkpoint | None = None,
) -> Judged:
    """Judge the points captured after the baseline and before `valid_to`.

    Points of the baseline cannot alarm: the limits were learnt from them. A late part that belongs
    among them by its time of capture does not alarm either, nor does it move the limits. With
    `after` only the points after that checkpoint are judged, with the same outcome: the checkpoint
    is all that a chart remembers.
    """
    if after is None:
        after = Checkpoint(
            judge.characteristic_id, judge.phase_id, 0, baseline_ends, LAST_OF_INSTANT,
            valid_to, 0.0, 0, (),
        )  # fmt: skip
    start = position_after(series, after.reached_at, after.pass_id)
    stop = len(series)
    if valid_to is not None:
        stop = int(np.searchsorted(series.captured_at, as_series_time(valid_to), side="left"))
    stop = max(start, stop)
    piece = advance_phase(phase, PhaseState(after.memory, after.side), series.values[start:stop])
    pass_ids = series.pass_ids[start:stop]
    times = series.captured_at[start:stop]
    panels = {panel.name: panel for panel in (piece.points, piece.running)}
    rows = tuple(
        _signal_row(
            rule,
            panels[panel],
            index,
            run=_run(pass_ids, first, index, after.run),
            pass_ids=pass_ids,
            times=times,
            judge=judge,
        )
        for panel, rule, index, first in piece.outside
    )
    known = np.isfinite(series.values[start:stop]).any()
    return Judged(
        start=start,
        chart=_chart(phase, piece) if known else None,
        signals=rows,
        checkpoint=_checkpoint(after, piece, pass_ids, times, valid_to),
    )


def _chart(phase: Phase, piece: PhasePiece) -> ChartResult:
    """The chart of a piece; a run that began before it is drawn from its first point on."""
    return ChartResult(
        chart=phase.chart,
        rules="beyond-limits",
        estimator=phase.law,
        center=phase.center,
        sigma=phase.sigma,
        panels=(piece.points, piece.running),
        signals=tuple(
            Signal(index, panel, rule, (max(first, 0), index))
            for panel, rule, index, first in piece.outside
        ),
        flagged_points_per_1000=phase.flagged_points_per_1000,
        episodes_per_1000=phase.episodes_per_1000,
    )


def position_after(series: MetricSeries, at: datetime, pass_id: str) -> int:
    """Return the place of the first point after the point (`at`, `pass_id`) in the order of capture."""
    moment = as_series_time(at)
    place = int(np.searchsorted(series.captured_at, moment, side="left"))
    while (
        place < len(series)
        and series.captured_at[place] == moment
        and series.pass_ids[place] <= pass_id
    ):
        place += 1
    return place


def _run(pass_ids: list[str], first: int, last: int, before: tuple[str, ...]) -> tuple[str, ...]:
    """The newest passes of a run that may have begun before these points."""
    if first == BEFORE:
        return (*before, *pass_ids[: last + 1])[-LONGEST_RUN:]
    return tuple(pass_ids[max(first, last + 1 - LONGEST_RUN) : last + 1])


def _checkpoint(
    after: Checkpoint,
    piece: PhasePiece,
    pass_ids: list[str],
    times: np.ndarray,
    valid_to: datetime | None,
) -> Checkpoint:
    """Where the chart stands after the last point."""
    last = len(pass_ids) - 1
    return replace(
        after,
        number=after.number + 1,
        reached_at=aware(times[last]) if pass_ids else after.reached_at,
        pass_id=pass_ids[last] if pass_ids else after.pass_id,
        valid_to=valid_to,
        memory=piece.state.memory,
        side=piece.state.side,
        run=() if piece.turn is None else _run(pass_ids, piece.turn, last, after.run),
    )


def judge_specification(
    series: MetricSeries,
    judge: Judge,
    *,
    limits: Pair,
    since: datetime,
    changes: Sequence[SpecificationChange] = (),
) -> tuple[SignalRow, ...]:
    """Return one signal for each part captured at or after `since` that is out of specification.

    This needs no control limits, so a stream with its first part already has it. Each part is
    judged by the limits of its time of capture: `limits` are those of today.
    """
    low, high = _sides(series, limits, changes)
    outside = ((series.values < low) | (series.values > high)) & (
        series.captured_at >= as_series_time(since)
    )
    return tuple(
        SignalRow(
            signal_id=signal_id(
                judge.characteristic_id,
                NO_PHASE,
                SPECIFICATION_RULE,
                SPECIFICATION_PANEL,
                series.pass_ids[index],
            ),
            characteristic_id=judge.characteristic_id,
            phase_id=NO_PHASE,
            rule=SPECIFICATION_RULE,
            panel=SPECIFICATION_PANEL,
            completing_pass_id=series.pass_ids[index],
            completing_at=aware(series.captured_at[index]),
            evaluation_id=judge.evaluation_id,
            value=float(series.values[index]),
            center=float(series.values[index]),
            lcl=_finite(low[index]),
            ucl=_finite(high[index]),
            run_pass_ids=(series.pass_ids[index],),
            evaluated_at=judge.evaluated_at,
            withdrawn_at=None,
            withdrawn_reason=None,
        )
        for index in np.flatnonzero(outside).tolist()
    )


def _sides(
    series: MetricSeries, limits: Pair, changes: Sequence[SpecificationChange]
) -> tuple[np.ndarray, np.ndarray]:
    """The lower and the upper limit of each point; infinite where a side has none."""
    first = changes[0].before if changes else limits
    stages = [first, *(one.limits for one in changes)]
    begins = np.array([as_series_time(one.valid_from) for one in changes], dtype="datetime64[us]")
    at = np.searchsorted(begins, series.captured_at, side="right")
    lower = np.array([-np.inf if low is None else low for low, _ in stages])
    upper = np.array([np.inf if high is None else high for _, high in stages])
    return lower[at], upper[at]


def _finite(limit: np.float64) -> float | None:
    return float(limit) if np.isfinite(limit) else None


def _signal_row(
    rule: str,
    panel: Panel,
    index: int,
    *,
    run: tuple[str, ...],
    pass_ids: list[str],
    times: np.ndarray,
    judge: Judge,
) -> SignalRow:
    """A chart's signal as a fact: the completing part, not a position in an array."""
    return SignalRow(
        signal_id=signal_id(
            judge.characteristic_id, judge.phase_id, rule, panel.name, pass_ids[index]
        ),
        characteristic_id=judge.characteristic_id,
        phase_id=judge.phase_id,
        rule=rule,
        panel=panel.name,
        completing_pass_id=pass_ids[index],
        completing_at=aware(times[index]),
        evaluation_id=judge.evaluation_id,
        value=float(panel.value[index]),
        center=float(panel.center[index]),
        lcl=_known(float(panel.lcl[index])),
        ucl=_known(float(panel.ucl[index])),
        run_pass_ids=run,
        evaluated_at=judge.evaluated_at,
        withdrawn_at=None,
        withdrawn_reason=None,
    )


def _known(limit: float) -> float | None:
    return limit if np.isfinite(limit) else None


def aware(moment: np.datetime64) -> datetime:
    """Return a time of a series as an aware datetime in UTC.

    Examples
    --------
    >>> aware(np.datetime64("2024-05-01T12:00:00", "us")).isoformat()
    '2024-05-01T12:00:00+00:00'

    """
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)


def as_series_time(moment: datetime) -> np.datetime64:
    """Return an aware time in the form that the times of a series have."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
