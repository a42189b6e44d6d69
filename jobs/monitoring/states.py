"""What a characteristic's tile says: one state word, since when, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from jobs.monitoring.judging import SPECIFICATION_RULE, aware
from jobs.monitoring.proposals import NoLimits
from spc.phase import Phase
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow
from warehouse.records import SignalRow, State, StateRow
from warehouse.series import MetricSeries

NO_DATA_AFTER = timedelta(hours=72)
"""A stream without a part for so long has no state to show: longer than any weekend."""

SPARKLINE_POINTS = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits a tile shows: a stored phase with the numbers inside it."""

    row: PhaseRow
    phase: Phase


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a series: how many points it has, the newest one, and a small line."""

    points: int
    latest_value: float | None
    latest_at: datetime | None
    sparkline: tuple[float, ...]

    @classmethod
    def of_series(cls, series: MetricSeries, points: int) -> Tail:
        """Return the end of a series of which `series` holds the newest points."""
        if not len(series):
            return cls(points, None, None, ())
        latest = float(series.values[-1])
        line = series.values[-SPARKLINE_POINTS:]
        return cls(
            points,
            latest if np.isfinite(latest) else None,
            aware(series.captured_at[-1]),
            tuple(line[np.isfinite(line)].tolist()),
        )

    @classmethod
    def of_state(cls, state: StateRow) -> Tail:
        """Return the end that a state was made from: nothing has been added since."""
        return cls(state.points, state.latest_value, state.latest_at, state.sparkline)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one characteristic after its evaluation.

    `open_signals` are those that still hold and that nobody has closed, oldest first; `limits` why
    there are none, where there are none; `drift` where the level is going, in words; `change` when
    a signalled level probably began; `late` what late parts did to it.
    """

    characteristic: CharacteristicRow
    tail: Tail
    limits: Limits | NoLimits
    open_signals: Sequence[SignalRow]
    drift: str = ""
    change: str = ""
    late: str = ""


def state_of(evidence: Evidence, *, now: datetime, previous: StateRow | None) -> StateRow:
    """Return the state of a characteristic; one that goes on keeps the time it began."""
    tail, limits = evidence.tail, evidence.limits
    word, since, reason = _word(evidence, now)
    if previous is not None and previous.state == word and since is None:
        since = previous.since
    phase = limits.phase if isinstance(limits, Limits) else None
    return StateRow(
        characteristic_id=evidence.characteristic.characteristic_id,
        state=word,
        since=since or now,
        latest_value=tail.latest_value,
        latest_at=tail.latest_at,
        center=None if phase is None else phase.center,
        lcl=None if phase is None else phase.lcl,
        ucl=None if phase is None else phase.ucl,
        unit=evidence.characteristic.unit,
        points=tail.points,
        open_signals=len(evidence.open_signals),
        sparkline=tail.sparkline,
        phase_id=limits.row.phase_id if isinstance(limits, Limits) else None,
        evaluated_at=now,
        reason="; ".join(part for part in (reason, evidence.late) if part),
    )


def error_state(
    characteristic: CharacteristicRow, reason: str, *, now: datetime, previous: StateRow | None
) -> StateRow:
    """Return the state of a characteristic that could not be evaluated: visible, never green."""
    empty = StateRow(
        characteristic_id=characteristic.characteristic_id,
        state="error",
        since=now,
        latest_value=None,
        latest_at=None,
        center=None,
        lcl=None,
        ucl=None,
        unit=characteristic.unit,
        points=0,
        open_signals=0,
        sparkline=(),
        phase_id=None,
        evaluated_at=now,
        reason=reason,
    )
    if previous is None:
        return empty
    since = previous.since if previous.state == "error" else now
    # What was known last stays on the tile, under a word that says it is not to be trusted.
    return replace(previous, state="error", since=since, evaluated_at=now, reason=reason)


def _word(evidence: Evidence, now: datetime) -> tuple[State, datetime | None, str]:
    """The state, when it began where the evidence says so, and the reason."""
    latest_at, limits = evidence.tail.latest_at, evidence.limits
    if latest_at is None:
        return "no data", None, limits.reason if isinstance(limits, NoLimits) else "no parts yet"
    outside = _outside(evidence)
    if outside:
        return "out of specification", latest_at, outside
    control = [one for one in evidence.open_signals if one.rule != SPECIFICATION_RULE]
    if control:
        points = "1 point" if len(control) == 1 else f"{len(control)} points"
        said = (f"{points} signalled", evidence.change, evidence.drift, _provenance(limits))
        return "signal", control[0].completing_at, "; ".join(part for part in said if part)
    if now - latest_at > NO_DATA_AFTER:
        return "no data", latest_at, f"no part for more than {NO_DATA_AFTER.days} days"
    return _quiet_word(evidence.drift, limits)


def _quiet_word(drift: str, limits: Limits | NoLimits) -> tuple[State, None, str]:
    """The state of a characteristic that nothing is wrong with at present."""
    if drift:
        return "drifting", None, drift
    if isinstance(limits, NoLimits):
        return "too few points", None, limits.reason
    return "in control", None, _provenance(limits)


def _outside(evidence: Evidence) -> str:
    """Why the latest part is out of specification; empty when it is not."""
    row, value = evidence.characteristic, evidence.tail.latest_value
    if value is None:
        return ""
    if row.spec_upper is not None and value > row.spec_upper:
        return f"latest part {value:g} above the specification {row.spec_upper:g}"
    if row.spec_lower is not None and value < row.spec_lower:
        return f"latest part {value:g} below the specification {row.spec_lower:g}"
    return ""


def _provenance(limits: Limits | NoLimits) -> str:
    """Where the limits come from and whether they alarm."""
    if isinstance(limits, NoLimits):
        return limits.reason
    origin = f"{limits.phase.n} parts"
    if limits.row.status == "active":
        return f"limits from {origin}"
    if limits.phase.provisional:
        return f"provisional limits from {origin}, no alarm yet"
    return f"proposed limits from {origin}, no alarm before somebody approves them"
