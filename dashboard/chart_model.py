"""From stored facts and decisions to the chart that is drawn: pure, tested without a server."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from dashboard.chart_cut import cut
from dashboard.chart_share import share_panel
from dashboard.chart_window import Stretch
from dashboard.clock import PlantClock
from dashboard.figures.inputs import FloatArray, PanelTrace, RunChart, SignalMark, Stage
from dashboard.metric_names import metric_name
from dashboard.period import Period
from dashboard.provenance import provenance_lines, stage_label
from dashboard.reader import Approval, ChartData
from dashboard.signal_groups import RUNNING_AVERAGE, SignalGroup, signal_groups
from dashboard.spec_changes import spec_changes
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
    """What the chart page shows.

    Attributes
    ----------
    chart : the points shown: of the period, or of the stretch of it that was zoomed into.
    groups : the signals of these points.
    stages : the phases drawn.
    period : the chart of the whole period.
    first : place of the first point of `chart` in `period`, from 0.
    zoomed : whether `chart` is a stretch of the period.

    """

    chart: RunChart
    groups: tuple[SignalGroup, ...]
    stages: tuple[EvaluatedStage, ...]
    period: RunChart
    first: int = 0
    zoomed: bool = False


def chart_model(
    data: ChartData,
    period: Period,
    clock: PlantClock,
    *,
    preview: int = 0,
    zoom: Stretch | None = None,
) -> ChartModel:
    """Evaluate the whole series and cut out the period, and the stretch of it zoomed into.

    The statistics run over the whole series first: a running average that began at the edge of
    the window would show another curve for every window.
    """
    series = data.series
    evaluated = evaluate_stages(series, phases_to_draw(data.phases, preview))
    places = _places(data)
    groups = signal_groups(data.signals, places, data.causes)
    first, stop = _window(data, period)
    whole = RunChart(
        local_ms=clock.local_ms(series.captured_at),
        keys=tuple(series.pass_ids),
        names=tuple(series.part_ids),
        panels=(*_panels(data, evaluated), *share_panel(series, evaluated.stages)),
        zone_name=clock.zone_name,
        stages=tuple(
            _stage(stage, clock, data.approvals.get(stage.row.phase_id))
            for stage in evaluated.stages
        ),
        signals=tuple(_marks(groups, places)),
        spec_lower=data.characteristic.spec_lower,
        spec_upper=data.characteristic.spec_upper,
        spec_changes=spec_changes(data, clock),
        zones=_zones(evaluated),
    )
    inside = _zoomed(data, zoom, first, stop)
    shown = tuple(group for group in groups if _overlaps(group, data, *inside))
    of_period = cut(whole, first, stop)
    chart = of_period if inside == (first, stop) else cut(whole, *inside)
    return ChartModel(
        chart,
        shown,
        evaluated.stages,
        of_period,
        first=inside[0] - first,
        zoomed=chart is not of_period,
    )


def _places(data: ChartData) -> dict[str, int]:
    """Return where the parts of the signals stand in the series; a table of all would cost more."""
    wanted = {one.completing_pass_id for one in data.signals}
    for one in data.signals:
        wanted.update(one.run_pass_ids)
    ids = data.series.pass_ids
    return {pass_id: at for at, pass_id in enumerate(ids) if pass_id in wanted} if wanted else {}


def times_of(data: ChartData, period: Period) -> npt.NDArray[np.datetime64]:
    """Return when the parts of a period were captured, in UTC."""
    first, stop = _window(data, period)
    return data.series.captured_at[first:stop]


def _window(data: ChartData, period: Period) -> tuple[int, int]:
    at = data.series.captured_at
    first = 0 if period.start is None else int(np.searchsorted(at, naive_utc(period.start)))
    stop = at.size if period.end is None else int(np.searchsorted(at, naive_utc(period.end)))
    return first, stop


def _zoomed(data: ChartData, zoom: Stretch | None, first: int, stop: int) -> tuple[int, int]:
    """Return the places of the points zoomed into; all of the period where the stretch has none."""
    if zoom is None:
        return first, stop
    start, end = zoom.places(data.series.captured_at)
    start, end = max(first, start), min(stop, end)
    return (start, end) if start < end else (first, stop)


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
    """Return a mark per signal that still holds, each with the cause of its group."""
    marks = []
    for group in groups:
        cause = group.cause.text or group.cause.code if group.cause else None
        for signal in group.signals:
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
                    cause=cause,
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
