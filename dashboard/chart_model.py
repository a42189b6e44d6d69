"""From stored facts and decisions to the chart that is drawn: pure, tested without a server."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from dashboard.clock import PlantClock
from dashboard.figures.inputs import FloatArray, PanelTrace, RunChart, SignalMark, Stage
from dashboard.metric_names import metric_name
from dashboard.period import Period
from dashboard.provenance import provenance_lines, stage_label
from dashboard.reader import Approval, ChartData
from dashboard.signal_groups import RUNNING_AVERAGE, SignalGroup, signal_groups
from dashboard.stages import (
    EvaluatedSeries,
    EvaluatedStage,
    evaluate_stages,
    naive_utc,
    phases_to_draw,
)
from spc.site_laws import SITE_LAWS

ZONE_SIGMAS = (-2.0, -1.0, 1.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class ChartModel:
    """What the chart page shows: the chart of the period, its signals, the phases drawn."""

    chart: RunChart
    groups: tuple[SignalGroup, ...]
    stages: tuple[EvaluatedStage, ...]


def chart_model(
    data: ChartData, period: Period, clock: PlantClock, *, preview: int = 0
) -> ChartModel:
    """Evaluate the whole series and cut out the period.

    The statistics run over the whole series first: a running average that began at the edge of
    the window would show another curve for every window.
    """
    series = data.series
    evaluated = evaluate_stages(series, phases_to_draw(data.phases, preview))
    places = {pass_id: at for at, pass_id in enumerate(series.pass_ids)}
    groups = signal_groups(data.signals, places, data.causes)
    first, stop = _window(data, period)
    whole = RunChart(
        local_ms=clock.local_ms(series.captured_at),
        keys=tuple(series.pass_ids),
        names=tuple(series.part_ids),
        panels=_panels(data, evaluated),
        zone_name=clock.zone_name,
        stages=tuple(
            _stage(stage, clock, data.approvals.get(stage.row.phase_id))
            for stage in evaluated.stages
        ),
        signals=tuple(_marks(groups, places)),
        spec_lower=data.characteristic.spec_lower,
        spec_upper=data.characteristic.spec_upper,
        zones=_zones(evaluated),
    )
    shown = tuple(group for group in groups if _overlaps(group, data, first, stop))
    return ChartModel(cut(whole, first, stop), shown, evaluated.stages)


def cut(chart: RunChart, first: int, stop: int) -> RunChart:
    """Return the points [first, stop) of a chart, with what lies in them renumbered."""
    part = slice(first, stop)
    last = stop - 1

    def inside(span: tuple[int, int] | None) -> tuple[int, int] | None:
        if span is None or span[1] < first or span[0] > last:
            return None
        return max(span[0], first) - first, min(span[1], last) - first

    stages = []
    for stage in chart.stages:
        span = inside((stage.first, stage.last))
        if span is not None:
            stages.append(
                replace(stage, first=span[0], last=span[1], baseline=inside(stage.baseline))
            )
    return replace(
        chart,
        local_ms=chart.local_ms[part],
        keys=chart.keys[part],
        names=chart.names[part],
        panels=tuple(
            replace(
                panel,
                value=panel.value[part],
                center=panel.center[part],
                lcl=panel.lcl[part],
                ucl=panel.ucl[part],
            )
            for panel in chart.panels
        ),
        stages=tuple(stages),
        signals=tuple(
            replace(mark, index=mark.index - first, run=inside(mark.run) or (0, 0))
            for mark in chart.signals
            if first <= mark.index <= last
        ),
        zones=tuple(zone[part] for zone in chart.zones),
    )


def _window(data: ChartData, period: Period) -> tuple[int, int]:
    at = data.series.captured_at
    first = 0 if period.start is None else int(np.searchsorted(at, naive_utc(period.start)))
    stop = at.size if period.end is None else int(np.searchsorted(at, naive_utc(period.end)))
    return first, stop


def _panels(data: ChartData, evaluated: EvaluatedSeries) -> tuple[PanelTrace, ...]:
    name = metric_name(data.characteristic.metric)
    titles = [(name.label, name.unit)]
    if evaluated.stages:
        weight = evaluated.stages[-1].phase.ewma_lambda
        unit = f"in standard deviations (z); the newest part weighs {weight:.0%}"
        titles.append(("Running average", unit))
    return tuple(
        PanelTrace(title, unit, lines["value"], lines["center"], lines["lcl"], lines["ucl"])
        for (title, unit), lines in zip(titles, evaluated.lines, strict=False)
    )


def _stage(stage: EvaluatedStage, clock: PlantClock, approval: Approval | None) -> Stage:
    return Stage(
        first=stage.first,
        last=stage.last,
        label=stage_label(stage.row),
        provenance="\n".join(provenance_lines(stage, clock, approval)),
        baseline=stage.baseline,
        provisional=stage.phase.provisional,
        proposed=stage.row.status == "proposed",
    )


def _marks(groups: tuple[SignalGroup, ...], places: dict[str, int]) -> list[SignalMark]:
    """Return a mark per signal that still holds; the first of a group carries its cause."""
    marks = []
    for group in groups:
        for at, signal in enumerate(group.signals):
            index = places.get(signal.completing_pass_id)
            if index is None or signal.withdrawn_at is not None:
                continue
            run = [places[one] for one in signal.run_pass_ids if one in places]
            marks.append(
                SignalMark(
                    index=index,
                    panel=1 if signal.panel == RUNNING_AVERAGE else 0,
                    number=group.number,
                    words=group.words,
                    run=(min(run, default=index), index),
                    cause=group.cause.text or group.cause.code if group.cause and not at else None,
                )
            )
    return marks


def _overlaps(group: SignalGroup, data: ChartData, first: int, stop: int) -> bool:
    at = data.series.captured_at
    if first >= stop:
        return False
    starts, ends = naive_utc(group.first_at), naive_utc(group.last_at)
    return bool(ends >= at[first] and starts <= at[stop - 1])


def _zones(evaluated: EvaluatedSeries) -> tuple[FloatArray, ...]:
    """Return the lines one and two sigma around the median, as quantiles of each phase's law.

    On a skewed law these lie unevenly: a zone means how rare a value is, not how far away.
    """
    if not evaluated.stages:
        return ()
    zones = np.full((len(ZONE_SIGMAS), evaluated.lines[0]["center"].size), np.nan)
    shares = np.array([NormalDist().cdf(sigmas) for sigmas in ZONE_SIGMAS])
    for stage in evaluated.stages:
        law = SITE_LAWS[stage.phase.chart].rebuild(dict(stage.phase.parameters))
        zones[:, stage.first : stage.last + 1] = law.quantile(shares)[:, np.newaxis]
    return tuple(zones)
