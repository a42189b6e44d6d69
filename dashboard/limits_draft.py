"""Limits that a person tries out: a baseline, points left out, a method, and what they would say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from dashboard.address import LimitsView
from dashboard.clock import PlantClock
from dashboard.page_settings import LimitRules
from dashboard.reader import ChartData
from dashboard.stages import evaluate_stages, naive_utc
from spc.errors import SpcError
from spc.phase import Phase, freeze_phase, phase_from_dict, phase_to_dict
from warehouse.journal.characteristic_rules import usual_chart
from warehouse.journal.phases import PhaseRow
from warehouse.series import MetricSeries

SEPARATOR = "|"
"""Between the pass ids of the points left out, in the address."""
TRIED = "left out on trial"
"""Why a point is left out before anybody was asked."""


@dataclass(frozen=True, slots=True, eq=False)
class LimitsDraft:
    """Limits tried out on one characteristic.

    Attributes
    ----------
    first, last : int
        Places of the baseline in the series, both included; `last` below `first` without a point.
    excluded : tuple of int
        Places in the series of the baseline's points that are left out.
    row : PhaseRow or None
        The limits as they would be stored; None where there are none, and `problem` says why.
    outside_baseline, outside_since : int
        Points beyond the limits in the baseline, the excluded ones too, and after it.
    since : int
        Points that the limits would judge.

    """

    first: int
    last: int
    excluded: tuple[int, ...]
    row: PhaseRow | None
    phase: Phase | None
    problem: str | None
    outside_baseline: int = 0
    outside_since: int = 0
    since: int = 0


def limits_draft(
    data: ChartData, view: LimitsView, clock: PlantClock, rules: LimitRules, *, reason: str = ""
) -> LimitsDraft:
    """Learn limits from the baseline of `view`, or say in words why there are none."""
    series = data.series
    first, last = baseline_places(data, view, clock)
    if last < first:
        return _without(first, last, (), "No part was captured in these days.")
    models = set(series.model_ids[first : last + 1])
    if len(models) > 1:
        words = f"{len(models)} models measured these parts; limits belong to one model."
        return _without(first, last, (), words)
    left_out = set(excluded_passes(view))
    excluded = tuple(at for at in range(first, last + 1) if series.pass_ids[at] in left_out)
    try:
        phase = freeze_phase(
            series.values[first : last + 1],
            chart=_chart(data, view),
            alpha=_alpha(data, rules),
            ewma_lambda=rules.ewma_lambda,
            exclusions=[(at - first, reason or TRIED) for at in excluded],
            minimum_points=rules.minimum_points,
            approve_points=rules.approve_points,
        )
    except SpcError as error:
        return _without(first, last, excluded, str(error))
    row = PhaseRow(
        phase_id=0,
        characteristic_id=data.characteristic.characteristic_id,
        model_id=series.model_ids[first],
        status="proposed",
        valid_from=_begins(series, last, view, clock),
        first_pass_at=_moment(series, first),
        last_pass_at=_moment(series, last),
        phase=phase_to_dict(phase),
        created_by="",
        created_at=clock.now(),
        reason=reason,
    )
    return _counted(LimitsDraft(first, last, excluded, row, phase, None), series)


def _chart(data: ChartData, view: LimitsView) -> str | None:
    """The kind asked for, else that of the characteristic; None lets the data choose."""
    if view.method != "auto":
        return view.method
    return data.characteristic.chart or usual_chart(data.characteristic.metric)


def baseline_places(data: ChartData, view: LimitsView, clock: PlantClock) -> tuple[int, int]:
    """Return first and last place of the baseline: the days of `view`, else that in force, else all."""
    at = data.series.captured_at
    in_force = next((row for row in data.phases if row.status == "active"), None)
    first, after = 0, len(data.series)
    if (day := read_day(view.first)) is not None:
        first = int(np.searchsorted(at, naive_utc(clock.midnight(day)), side="left"))
    elif in_force is not None:
        first = int(np.searchsorted(at, naive_utc(in_force.first_pass_at), side="left"))
    if (day := read_day(view.last)) is not None:
        end = naive_utc(clock.midnight(day + timedelta(days=1)))
        after = int(np.searchsorted(at, end, side="left"))
    elif in_force is not None:
        after = int(np.searchsorted(at, naive_utc(in_force.last_pass_at), side="right"))
    return first, after - 1


def excluded_passes(view: LimitsView) -> list[str]:
    """Return the pass ids that are left out."""
    return [pass_id for pass_id in view.exclude.split(SEPARATOR) if pass_id]


def toggled(view: LimitsView, pass_id: str) -> str:
    """Return the points left out with `pass_id` added, or taken in again.

    Examples
    --------
    >>> toggled(LimitsView(exclude="a|b"), "c"), toggled(LimitsView(exclude="a|b"), "a")
    ('a|b|c', 'b')

    """
    left_out = excluded_passes(view)
    kept = [one for one in left_out if one != pass_id]
    return SEPARATOR.join(kept if len(kept) < len(left_out) else [*left_out, pass_id])


def read_day(text: str) -> date | None:
    """Read a day as the address has it; None for an empty or odd one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _alpha(data: ChartData, rules: LimitRules) -> float:
    """The share of the site's budget that the newest limits of this characteristic got."""
    if not data.phases:
        return rules.alpha
    newest = max(data.phases, key=lambda row: row.phase_id)
    return phase_from_dict(newest.phase).alpha


def _begins(series: MetricSeries, last: int, view: LimitsView, clock: PlantClock) -> datetime:
    """From when the limits hold: right behind the baseline, or from now on."""
    behind = _moment(series, last) + timedelta(microseconds=1)
    return behind if view.since == "baseline" else max(clock.now(), behind)


def _moment(series: MetricSeries, at: int) -> datetime:
    moment: datetime = series.captured_at[at].astype("datetime64[us]").item()
    return moment.replace(tzinfo=UTC)


def _without(first: int, last: int, excluded: tuple[int, ...], problem: str) -> LimitsDraft:
    return LimitsDraft(first, last, excluded, None, None, problem)


def _counted(draft: LimitsDraft, series: MetricSeries) -> LimitsDraft:
    """Count the points beyond the limits, on either panel."""
    assert draft.row is not None
    # From the baseline on, so that its points are judged, too.
    whole = replace(draft.row, valid_from=draft.row.first_pass_at)
    lines = evaluate_stages(series, [whole]).lines
    outside = np.zeros(len(series), dtype=bool)
    for panel in lines:
        with np.errstate(invalid="ignore"):
            outside |= (panel["value"] > panel["ucl"]) | (panel["value"] < panel["lcl"])
    start = int(np.searchsorted(series.captured_at, naive_utc(draft.row.valid_from), side="left"))
    judged = np.isfinite(lines[0]["center"][start:])
    return replace(
        draft,
        outside_baseline=int(outside[draft.first : draft.last + 1].sum()),
        outside_since=int(outside[start:].sum()),
        since=int(judged.sum()),
    )


def drawn_phases(draft: LimitsDraft) -> Sequence[PhaseRow]:
    """Return what the chart draws: the draft over its baseline and everything after it."""
    if draft.row is None:
        return []
    return [replace(draft.row, valid_from=draft.row.first_pass_at, valid_to=None)]
