"""Judge the points of a stream against frozen limits: a pure function from series to signals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from spc.phase import Phase, evaluate_phase
from spc.result import ChartResult, Panel
from spc.result import Signal as ChartSignal
from warehouse.records import SignalRow
from warehouse.series import MetricSeries
from warehouse.signals import signal_id

SPECIFICATION_RULE = "specification"
SPECIFICATION_PANEL = "specification"
NO_PHASE = 0
"""Phase number of a signal that needs no limits: a part out of specification."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges and when: what every signal row of one evaluation has in common."""

    characteristic_id: str
    phase_id: int
    evaluation_id: int
    evaluated_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Points `start` … of a series, judged: the chart of just these points and its signals."""

    start: int
    chart: ChartResult | None
    signals: tuple[SignalRow, ...]


def judge_phase(
    phase: Phase,
    series: MetricSeries,
    judge: Judge,
    *,
    baseline_ends: datetime,
    valid_to: datetime | None = None,
) -> Judged:
    """Judge the points captured after the baseline and before `valid_to`.

    Points of the baseline cannot alarm: the limits were learnt from them. A late part that belongs
    among them by its time of capture does not alarm either, nor does it move the limits.
    """
    start = int(np.searchsorted(series.captured_at, as_series_time(baseline_ends), side="right"))
    stop = len(series)
    if valid_to is not None:
        stop = int(np.searchsorted(series.captured_at, as_series_time(valid_to), side="left"))
    values = series.values[start:stop]
    if not np.isfinite(values).any():
        return Judged(start=start, chart=None, signals=())
    chart = evaluate_phase(phase, values)
    panels = {panel.name: panel for panel in chart.panels}
    pass_ids = series.pass_ids[start:stop]
    times = series.captured_at[start:stop]
    rows = tuple(
        _signal_row(signal, panels[signal.panel], pass_ids, times, judge)
        for signal in chart.signals
    )
    return Judged(start=start, chart=chart, signals=rows)


def judge_specification(
    series: MetricSeries,
    judge: Judge,
    *,
    lower: float | None,
    upper: float | None,
    since: datetime,
) -> tuple[SignalRow, ...]:
    """Return one signal for each part captured at or after `since` that is out of specification.

    This needs no control limits, so a stream with its first part already has it.
    """
    low, high = (-np.inf if lower is None else lower), (np.inf if upper is None else upper)
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
            lcl=lower,
            ucl=upper,
            run_pass_ids=(series.pass_ids[index],),
            evaluated_at=judge.evaluated_at,
            withdrawn_at=None,
            withdrawn_reason=None,
        )
        for index in np.flatnonzero(outside).tolist()
    )


def _signal_row(
    signal: ChartSignal,
    panel: Panel,
    pass_ids: list[str],
    times: np.ndarray,
    judge: Judge,
) -> SignalRow:
    """A chart's signal as a fact: the completing part, not a position in an array."""
    index = signal.index
    first, last = signal.run
    return SignalRow(
        signal_id=signal_id(
            judge.characteristic_id, judge.phase_id, signal.rule, signal.panel, pass_ids[index]
        ),
        characteristic_id=judge.characteristic_id,
        phase_id=judge.phase_id,
        rule=signal.rule,
        panel=signal.panel,
        completing_pass_id=pass_ids[index],
        completing_at=aware(times[index]),
        evaluation_id=judge.evaluation_id,
        value=float(panel.value[index]),
        center=float(panel.center[index]),
        lcl=_known(float(panel.lcl[index])),
        ucl=_known(float(panel.ucl[index])),
        run_pass_ids=tuple(pass_ids[first : last + 1]),
        evaluated_at=judge.evaluated_at,
        withdrawn_at=None,
        withdrawn_reason=None,
    )


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


def _known(limit: float) -> float | None:
    return limit if np.isfinite(limit) else None
