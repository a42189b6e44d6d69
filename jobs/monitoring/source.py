"""Where the points of one characteristic come from: parts of its stream, or groups of parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from jobs.monitoring.stream_view import UNTOUCHED, StreamView, Touched
from warehouse.figure_fits import DEFECTS, FigureFit, corrected
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.part_groups import GroupedSeries, series_of_groups
from warehouse.series import MetricSeries
from warehouse.windows import BEGINNING, StreamWindow


class Source(Protocol):
    """The points of a characteristic by the model in use, and by others on request.

    `touched` are the new times of the model in use, `point_name` what a point is in the plural.
    """

    @property
    def model_id(self) -> str:
        """The model in use."""
        ...

    @property
    def points(self) -> int:
        """How many points the model in use has."""
        ...

    @property
    def touched(self) -> Touched:
        """The new times of the model in use."""
        ...

    @property
    def is_touched(self) -> bool:
        """Whether anything is new."""
        ...

    @property
    def point_name(self) -> str:
        """What a point is, in the plural."""
        ...

    @property
    def late(self) -> int:
        """New points captured before evaluated ones."""
        ...

    def since(self, start: datetime | None, model_id: str | None = None) -> MetricSeries:
        """Return the points captured at or after `start`, None for all; of one model."""
        ...

    def newest(self) -> MetricSeries:
        """Return the newest points of the model in use, at least as many as a tile shows."""
        ...

    def touched_of(self, model_id: str) -> Touched:
        """Return the new times of a model's points."""
        ...

    def chart_of(self, row: CharacteristicRow) -> str | None:
        """Return the kind of chart; None lets the data choose."""
        ...

    def first_touched(self, start: datetime) -> datetime | None:
        """Return the first new time of any model at or after `start`; None without one."""
        ...

    def latest_since(self, start: datetime) -> MetricSeries:
        """Return the points from `start` on, each by whichever model measured it last."""
        ...


@dataclass(frozen=True, slots=True)
class PartSource:
    """One point per part and pass: a metric of the part or of its pictures."""

    view: StreamView
    metric: str
    chart: str | None = None
    point_name: str = "parts"
    fits: Mapping[str, FigureFit] | None = None
    """How the metric depends on the defects, by model, where it does; None where it does not."""

    @property
    def model_id(self) -> str:
        """The model in use."""
        return self.view.in_use

    @property
    def points(self) -> int:
        """How many points the model in use has."""
        return self.view.rows[self.view.in_use].points

    @property
    def touched(self) -> Touched:
        """The new times of the model in use."""
        return self.view.touched_of(self.view.in_use)

    @property
    def is_touched(self) -> bool:
        """Whether anything is new."""
        return self.view.is_touched

    def since(self, start: datetime | None, model_id: str | None = None) -> MetricSeries:
        """As `Source.since`."""
        window = self.view.covering(BEGINNING if start is None else start)
        whole = self._series(window, model_id or self.model_id)
        return whole if start is None else whole.from_time(start)

    def _series(self, window: StreamWindow, model_id: str) -> MetricSeries:
        series = window.series(self.metric, model_id)
        if self.fits is None:
            return series
        defects = np.stack([window.series(name, model_id).values for name in DEFECTS], axis=-1)
        return replace(series, values=corrected(series.values, defects, self.fits.get(model_id)))

    def newest(self) -> MetricSeries:
        """As `Source.newest`."""
        tail_at = self.view.rows[self.model_id].tail_at
        return self._series(self.view.covering(tail_at), self.model_id)

    def touched_of(self, model_id: str) -> Touched:
        """As `Source.touched_of`."""
        return self.view.touched_of(model_id)

    def chart_of(self, row: CharacteristicRow) -> str | None:
        """As `Source.chart_of`."""
        return row.chart or self.chart

    @property
    def late(self) -> int:
        """New points captured before evaluated ones."""
        return self.view.late

    def first_touched(self, start: datetime) -> datetime | None:
        """As `Source.first_touched`."""
        return first_touched(self.view.touched.values(), start)

    def latest_since(self, start: datetime) -> MetricSeries:
        """As `Source.latest_since`."""
        return self.view.covering(start).series(self.metric).from_time(start)


@dataclass(frozen=True, slots=True)
class GroupSource:
    """One point per group of consecutive parts or pictures."""

    groups: GroupedSeries
    model_id: str
    changed: Mapping[str, Touched]
    point_name: str
    is_touched: bool
    """Whether the round brings anything of the stream: the model in use may be another one."""

    @property
    def points(self) -> int:
        """How many points the model in use has."""
        return self.groups.count(self.model_id)

    @property
    def touched(self) -> Touched:
        """The new times of the model in use."""
        return self.touched_of(self.model_id)

    def since(self, start: datetime | None, model_id: str | None = None) -> MetricSeries:
        """As `Source.since`."""
        return self.groups.of_model(self.model_id if model_id is None else model_id, start)

    def newest(self) -> MetricSeries:
        """As `Source.newest`."""
        rows = self.groups.rows.get(self.model_id, [])
        return series_of_groups(self.groups.metric, rows)

    def touched_of(self, model_id: str) -> Touched:
        """As `Source.touched_of`."""
        return self.changed.get(model_id, UNTOUCHED)

    def chart_of(self, row: CharacteristicRow) -> str | None:
        """As `Source.chart_of`."""
        return row.chart or "nb"

    @property
    def late(self) -> int:
        """New points captured before evaluated ones."""
        return 0

    def first_touched(self, start: datetime) -> datetime | None:
        """As `Source.first_touched`."""
        return first_touched(self.changed.values(), start)

    def latest_since(self, start: datetime) -> MetricSeries:
        """As `Source.latest_since`."""
        return self.since(start)


def first_touched(touched: Iterable[Touched], start: datetime) -> datetime | None:
    """Return the first touched time at or after `start`."""
    just_before = start - timedelta(microseconds=1)
    moments = (one.first_from(just_before, None) for one in touched)
    return min((max(moment, start) for moment in moments if moment is not None), default=None)
