"""When the process probably changed, in words: the maximum-likelihood start of the step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from jobs.monitoring.judging import SPECIFICATION_RULE, as_series_time, aware
from spc.drift.change_point import ChangePoint, change_point, count_change_point
from spc.errors import SpcError
from spc.phase import Phase, phase_from_dict
from spc.site_laws import SITE_LAWS
from warehouse.journal.phases import PhaseRow
from warehouse.records import SignalRow
from warehouse.series import MetricSeries


def change_in_words(
    series: MetricSeries,
    phase_row: PhaseRow | None,
    signals: Sequence[SignalRow],
    zone: ZoneInfo,
) -> str:
    """Return when the level that `signals` tell of probably began, with its 95 % confidence set.

    Empty where nothing can be said: no limits, or a single part, which is no change of level.
    """
    judged = [one for one in signals if one.rule != SPECIFICATION_RULE]
    if phase_row is None or not judged:
        return ""
    places = {pass_id: k for k, pass_id in enumerate(series.pass_ids)}
    ends = [places[one.completing_pass_id] for one in judged if one.completing_pass_id in places]
    start = int(
        np.searchsorted(series.captured_at, as_series_time(phase_row.last_pass_at), side="right")
    )
    if not ends or max(ends) <= start:
        return ""
    found = _estimate(phase_from_dict(phase_row.phase), series, start, max(ends))
    if found is None or found.index == max(ends) - start:
        return ""
    moments = [
        _words(series, start + place, zone) for place in (found.index, found.low, found.high)
    ]
    if found.low == found.high:
        return f"the level probably changed at {moments[0]}"
    return f"the level probably changed at {moments[0]} (95 %: {moments[1]} to {moments[2]})"


def _estimate(phase: Phase, series: MetricSeries, start: int, end: int) -> ChangePoint | None:
    """The change in the values after the baseline up to a signal, None where the law has none."""
    law = SITE_LAWS[phase.chart]
    try:
        values = law.check(series.values[start : end + 1])
        known = dict(phase.parameters)
        if {"mean", "dispersion"} <= known.keys():
            # The z values of few counts are too coarse for it.
            return count_change_point(values, known["mean"], dispersion=known["dispersion"])
        z = law.rebuild(known).z(values)
        return change_point(z, baseline_n=max(phase.effective_n, 1.0))
    except SpcError:
        return None


def _words(series: MetricSeries, place: int, zone: ZoneInfo) -> str:
    local: datetime = aware(series.captured_at[place]).astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
