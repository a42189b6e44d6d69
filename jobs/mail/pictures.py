"""The data behind the pictures of a mail: the newest points of a chart, and two maps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np

from dashboard.metric_names import metric_name
from jobs.mail.chart import ChartPicture
from jobs.mail.chart_labels import FloatArray, PanelPicture
from jobs.monitoring.judging import SPECIFICATION_RULE, Judge, Judged, aware, judge_phase
from spc.gathering import CellCounts, Gathering, find_gathering
from spc.phase import phase_from_dict
from spc.result import Panel
from warehouse.connection import Connection
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow
from warehouse.location import location_counts
from warehouse.records import ClassName, SignalRow, Stream
from warehouse.series import MetricSeries

POINTS_BEFORE = 100
MOST_POINTS = 240
RUNNING_AVERAGE = "running-average"


def chart_picture(
    series: MetricSeries,
    row: CharacteristicRow,
    phase_row: PhaseRow | None,
    signals: Sequence[SignalRow],
) -> ChartPicture:
    """Return the picture that shows `signals`, with what went before the first of them.

    Parameters
    ----------
    series
        The points that `phase_row` judges, oldest first.
    phase_row
        None for a stream without limits: only its specification is drawn.
    signals
        Signals that hold, of this characteristic.

    """
    positions = {pass_id: k for k, pass_id in enumerate(series.pass_ids)}
    first = min((positions.get(one.completing_pass_id, len(series)) for one in signals), default=0)
    start = max(0, min(first - POINTS_BEFORE, len(series) - POINTS_BEFORE))
    start = max(start, len(series) - MOST_POINTS)
    judged = None if phase_row is None else _judged(series, row, phase_row)
    panels = [_value_panel(series, row, judged, start, signals)]
    running = None if judged is None else _named(judged, RUNNING_AVERAGE)
    if running is not None and any(one.panel == RUNNING_AVERAGE for one in signals):
        assert judged is not None
        panels.append(
            PanelPicture(
                name="running average, in standard deviations",
                values=_placed(running.value, judged.start, len(series))[start:],
                center=_placed(running.center, judged.start, len(series))[start:],
                lcl=_placed(running.lcl, judged.start, len(series))[start:],
                ucl=_placed(running.ucl, judged.start, len(series))[start:],
                signals=_marks(signals, positions, start, {RUNNING_AVERAGE}),
            )
        )
    return ChartPicture(
        title=f"{metric_name(row.metric).label} · {row.stream.station} / {row.stream.tool}",
        times=tuple(aware(moment) for moment in series.captured_at[start:]),
        panels=tuple(panels),
        baseline_end=None if judged is None else max(0, judged.start - start) or None,
    )


def gathering_since(
    connection: Connection, stream: Stream, defect_class: ClassName, began: datetime
) -> tuple[CellCounts, CellCounts, Gathering] | None:
    """Return the maps before and since `began` and where defects have gathered; None if nowhere."""
    earlier = location_counts(connection, defect_class=defect_class, streams=[stream], end=began)
    later = location_counts(connection, defect_class=defect_class, streams=[stream], start=began)
    before = CellCounts(earlier.counts, earlier.parts_inspected)
    since = CellCounts(later.counts, later.parts_inspected)
    found = find_gathering(before, since)
    return None if found is None else (before, since, found)


def _judged(series: MetricSeries, row: CharacteristicRow, phase_row: PhaseRow) -> Judged:
    judge = Judge(row.characteristic_id, phase_row.phase_id, 0, phase_row.created_at)
    return judge_phase(
        phase_from_dict(phase_row.phase),
        series,
        judge,
        baseline_ends=phase_row.last_pass_at,
        valid_to=phase_row.valid_to,
    )


def _value_panel(
    series: MetricSeries,
    row: CharacteristicRow,
    judged: Judged | None,
    start: int,
    signals: Sequence[SignalRow],
) -> PanelPicture:
    """The metric itself, its limits drawn over the baseline they were learnt from as well."""
    n = len(series)
    empty = np.full(n, np.nan)
    levels = [empty, empty, empty]
    names = {SPECIFICATION_RULE}
    if judged is not None and judged.chart is not None:
        panel = judged.chart.panels[0]
        names.add(panel.name)
        levels = [
            _placed(level, judged.start, n, extend=True)
            for level in (panel.center, panel.lcl, panel.ucl)
        ]
    positions = {pass_id: k for k, pass_id in enumerate(series.pass_ids)}
    return PanelPicture(
        name=metric_name(row.metric).unit,
        values=series.values[start:],
        center=levels[0][start:],
        lcl=levels[1][start:],
        ucl=levels[2][start:],
        signals=_marks(signals, positions, start, names),
        run=_latest_run(signals, positions, start, names),
        specification=(row.spec_lower, row.spec_upper),
    )


def _named(judged: Judged, name: str) -> Panel | None:
    """The panel `name` of an evaluated chart, None where it has none."""
    panels = () if judged.chart is None else judged.chart.panels
    return next((panel for panel in panels if panel.name == name), None)


def _placed(values: FloatArray, start: int, n: int, *, extend: bool = False) -> FloatArray:
    """`values` at their place among `n` points; before them nothing, or their first value."""
    whole = np.full(n, np.nan)
    whole[start : start + len(values)] = values
    if extend and len(values):
        whole[:start] = values[0]
    return whole


def _marks(
    signals: Sequence[SignalRow], positions: dict[str, int], start: int, panels: Collection[str]
) -> tuple[int, ...]:
    """Positions in the picture of the signals on `panels`."""
    marked = {
        positions[one.completing_pass_id] - start
        for one in signals
        if one.panel in panels and one.completing_pass_id in positions
    }
    return tuple(sorted(position for position in marked if position >= 0))


def _latest_run(
    signals: Sequence[SignalRow], positions: dict[str, int], start: int, panels: Collection[str]
) -> tuple[int, int] | None:
    """The run that led to the newest signal of more than one point on `panels`."""
    runs = [
        (positions[one.run_pass_ids[0]] - start, positions[one.run_pass_ids[-1]] - start)
        for one in signals
        if one.panel in panels
        and len(one.run_pass_ids) > 1
        and one.run_pass_ids[0] in positions
        and one.run_pass_ids[-1] in positions
    ]
    return max((run for run in runs if run[0] >= 0), key=lambda run: run[1], default=None)
