"""Evaluate a series phase by phase: each part is judged by the limits in force at its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from spc.phase import Phase, evaluate_phase, phase_from_dict
from warehouse.journal.phases import PhaseRow
from warehouse.series import MetricSeries

FloatArray = npt.NDArray[np.float64]
LINES = ("value", "center", "lcl", "ucl")


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedStage:
    """The points [first, last] of a series under one phase, both included."""

    row: PhaseRow
    phase: Phase
    first: int
    last: int
    baseline: tuple[int, int] | None


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedSeries:
    """Two panels over a whole series: `lines[panel][line]` of shape (n,), NaN where none holds."""

    stages: tuple[EvaluatedStage, ...]
    lines: tuple[dict[str, FloatArray], ...]


def phases_to_draw(rows: Sequence[PhaseRow], preview: int = 0) -> list[PhaseRow]:
    """Return the phases whose limits are drawn, by the time from which they hold.

    These are the phases in force, each in its time; the proposal `preview` alone if it is asked
    for; and, while no phase was ever in force, the newest proposal.
    """
    asked = [row for row in rows if row.phase_id == preview and row.status == "proposed"]
    if asked:
        return asked
    ruled = [
        row
        for row in rows
        if row.status != "proposed" and (row.valid_to is None or row.valid_to > row.valid_from)
    ]
    if ruled:
        return sorted(ruled, key=lambda row: (row.valid_from, row.phase_id))
    return sorted((row for row in rows if row.status == "proposed"), key=lambda r: r.phase_id)[-1:]


def evaluate_stages(series: MetricSeries, rows: Sequence[PhaseRow]) -> EvaluatedSeries:
    """Evaluate `series` under each of `rows` in its time.

    The chart restarts behind a baseline, as the monitor does: the running average of the points
    that are judged carries nothing over from the points the limits were learnt from.
    """
    n = len(series)
    panels = tuple({line: np.full(n, np.nan) for line in LINES} for _ in range(2))
    panels[0]["value"][:] = series.values
    stages = []
    for at, row in enumerate(rows):
        first = _place(
            series, min(row.first_pass_at, row.valid_from) if at == 0 else row.valid_from
        )
        # A phase rules until its successor does, even if nobody wrote down when it ended.
        ends = [row.valid_to] if row.valid_to is not None else []
        ends += [rows[at + 1].valid_from] if at + 1 < len(rows) else []
        last = (_place(series, min(ends)) if ends else n) - 1
        if last < first:
            continue
        learnt = (_place(series, row.first_pass_at), _place_after(series, row.last_pass_at) - 1)
        phase = phase_from_dict(row.phase)
        border = min(max(learnt[1] + 1, first), last + 1)
        for start, stop in ((first, border), (border, last + 1)):
            _fill(panels, phase, row.model_id, series, slice(start, stop))
        within = (max(learnt[0], first), min(learnt[1], last))
        baseline = within if within[0] <= within[1] else None
        stages.append(EvaluatedStage(row, phase, first, last, baseline))
    return EvaluatedSeries(tuple(stages), panels if stages else panels[:1])


def _fill(
    panels: tuple[dict[str, FloatArray], ...],
    phase: Phase,
    model_id: str,
    series: MetricSeries,
    points: slice,
) -> None:
    """Evaluate `points` and write the result into the panels."""
    of_model = np.array([one == model_id for one in series.model_ids[points]], dtype=bool)
    # Limits learnt with one model say nothing about what another one measures.
    values = np.where(of_model, series.values[points], np.nan)
    if not np.isfinite(values).any():
        return
    result = evaluate_phase(phase, values)
    for panel, evaluated in zip(panels, result.panels, strict=False):
        for line in LINES:
            found = getattr(evaluated, line)
            kept = panel[line][points] if line == "value" else np.nan
            panel[line][points] = np.where(of_model, found, kept)


def naive_utc(moment: datetime) -> np.datetime64:
    """Return an aware time in the form a series has."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def _place(series: MetricSeries, moment: datetime) -> int:
    return int(np.searchsorted(series.captured_at, naive_utc(moment), side="left"))


def _place_after(series: MetricSeries, moment: datetime) -> int:
    return int(np.searchsorted(series.captured_at, naive_utc(moment), side="right"))
