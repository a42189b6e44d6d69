"""Which points each characteristic of a round is charted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from jobs.monitoring.judging import as_series_time
from jobs.monitoring.shares import NONCONFORMING, REFUSED, nonconforming_groups
from jobs.monitoring.source import GroupSource, PartSource, Source
from jobs.monitoring.stream_view import StreamView, Touched
from warehouse.connection import Connection
from warehouse.figure_fits import DEFECTS, FigureFit, FitKey, fit_figure
from warehouse.journal.characteristic_rules import usual_chart
from warehouse.part_groups import GroupedSeries, GroupRow
from warehouse.records import MODEL_METRICS, Stream
from warehouse.windows import BEGINNING


@dataclass(slots=True)
class Sources:
    """Makes the source of a characteristic; `changed_groups` are to be written."""

    connection: Connection
    groups: dict[tuple[Stream, str], GroupedSeries]
    fits: dict[FitKey, FigureFit]
    fit_from: int
    """Parts that a correction of the model's figures is fitted to."""
    changed_groups: list[GroupRow] = field(default_factory=list)
    new_fits: list[FigureFit] = field(default_factory=list)

    def of_parts(self, view: StreamView, metric: str) -> Source:
        """Return the source of a metric of the parts of a stream."""
        if metric == NONCONFORMING:
            grouped = self.grouped(view.stream, metric)
            changed, touched = nonconforming_groups(view, grouped)
            self.changed_groups += changed
            return GroupSource(
                grouped, view.in_use, touched, "groups of 20 parts", is_touched=view.is_touched
            )
        if metric in MODEL_METRICS:
            fits = self._fits_of(view, metric)
            return PartSource(view, metric, usual_chart(metric), fits=fits)
        return PartSource(view, metric, usual_chart(metric))

    def _fits_of(self, view: StreamView, metric: str) -> dict[str, FigureFit]:
        """The corrections of a metric, by model; fitted as soon as there are parts enough."""
        for model_id, row in view.rows.items():
            key = (view.stream, model_id, metric)
            if key not in self.fits and row.points >= self.fit_from and view.is_touched:
                self.fits[key] = self._fitted(view, model_id, metric)
                self.new_fits.append(self.fits[key])
        return {
            model_id: self.fits[view.stream, model_id, metric]
            for model_id in view.rows
            if (view.stream, model_id, metric) in self.fits
        }

    def _fitted(self, view: StreamView, model_id: str, metric: str) -> FigureFit:
        window = view.covering(BEGINNING)
        values = window.series(metric, model_id).values[: self.fit_from]
        columns = [window.series(name, model_id).values[: self.fit_from] for name in DEFECTS]
        return fit_figure(
            values, np.stack(columns, axis=-1), stream=view.stream, model_id=model_id, metric=metric
        )

    def of_pictures(self, stream: Stream, closed: Mapping[Stream, list[GroupRow]]) -> Source:
        """Return the source of the share of refused pictures."""
        rows = [row for row in closed.get(stream, ()) if row.number > 0]
        touched = {}
        if rows:
            times = np.array([as_series_time(row.last_at) for row in rows])
            touched[""] = Touched(times)
        return GroupSource(
            self.grouped(stream, REFUSED),
            "",
            touched,
            "groups of 20 pictures",
            is_touched=bool(rows),
        )

    def grouped(self, stream: Stream, metric: str) -> GroupedSeries:
        """Return the groups of a stream and metric."""
        key = (stream, metric)
        if key not in self.groups:
            self.groups[key] = GroupedSeries(self.connection, stream, metric)
        return self.groups[key]


class GroupsByStream(dict[Stream, GroupedSeries]):
    """The groups of one metric by stream, made when first asked for."""

    def __init__(self, sources: Sources, metric: str) -> None:
        super().__init__(
            {key[0]: found for key, found in sources.groups.items() if key[1] == metric}
        )
        self._sources = sources
        self._metric = metric

    def __missing__(self, stream: Stream) -> GroupedSeries:
        """Make the groups of a stream that has none."""
        self[stream] = self._sources.grouped(stream, self._metric)
        return self[stream]
