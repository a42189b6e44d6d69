"""What a chart shows, as CSV: points with their limits and flags, the filters in its header."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

import numpy as np

from dashboard.address import ChartView
from dashboard.chart_model import ChartModel
from dashboard.chart_view import shown_model
from dashboard.context import PageContext
from dashboard.figures.svg_chart import spec_of_points
from dashboard.metric_names import metric_name
from dashboard.provenance import provenance, stage_label
from dashboard.reader import ChartData
from dashboard.report_model import report_filters
from warehouse.spreadsheet import neutral

LEVELS = ("lcl", "center", "ucl")


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A table with the name it is stored under."""

    name: str
    text: str


def chart_csv(view: ChartView, context: PageContext) -> CsvFile:
    """Return the points of the chart that `view` shows.

    Lines that begin with "#" come first: the filters, and where the limits come from. Every panel
    has its statistic and its limits, every point the rules it broke, the cause and the phase.
    """
    data = context.reader.chart(view.characteristic)
    model = shown_model(data, view, context)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for term, words in _head(data, model, view, context):
        writer.writerow([f"# {term}", neutral(words)])
    writer.writerow(_names(data, model))
    writer.writerows(_rows(data, model))
    name = re.sub(r"[^A-Za-z0-9]+", "-", metric_name(data.characteristic.metric).label).lower()
    return CsvFile(f"{name}.csv", out.getvalue())


def _head(
    data: ChartData, model: ChartModel, view: ChartView, context: PageContext
) -> Iterator[tuple[str, str]]:
    for term, words in report_filters(data, model, view, context):
        yield term.lower(), words
    for stage in model.stages:
        approval = data.approvals.get(stage.row.phase_id)
        facts = provenance(stage.row, stage.phase, context.clock, approval)
        yield stage_label(stage.row), "; ".join(f"{term}: {words}" for term, words in facts)


def _names(data: ChartData, model: ChartModel) -> list[str]:
    names = ["captured_at_utc", "part_id", "pass_id", data.characteristic.metric, *LEVELS]
    for panel in model.chart.panels[1:]:
        own = re.sub(r"[^a-z0-9]+", "_", panel.title.lower()).strip("_")
        names += [own, *(f"{own}_{level}" for level in LEVELS)]
    return [*names, "spec_lower", "spec_upper", "phase", "signals", "causes"]


def _rows(data: ChartData, model: ChartModel) -> Iterator[list[str]]:
    chart = model.chart
    places = {key: at for at, key in enumerate(data.series.pass_ids)} if chart.keys else {}
    captured = data.series.captured_at
    flags: dict[int, list[str]] = {}
    causes: dict[int, list[str]] = {}
    for mark in chart.signals:
        flags.setdefault(mark.index, []).append(mark.words)
        if mark.cause:
            causes.setdefault(mark.index, []).append(mark.cause)
    phases = _phases(model, len(data.series))
    columns = [
        column
        for panel in chart.panels
        for column in (panel.value, panel.lcl, panel.center, panel.ucl)
    ]
    columns += [spec_of_points(chart, side) for side in (0, 1)]
    for at, key in enumerate(chart.keys):
        place = places[key]
        moment = captured[place].astype("datetime64[us]").item().replace(tzinfo=UTC)
        yield [
            moment.isoformat(),
            neutral(chart.names[at]),
            neutral(key),
            *(_number(float(column[at])) for column in columns),
            phases[place],
            "; ".join(flags.get(at, [])),
            neutral("; ".join(dict.fromkeys(causes.get(at, [])))),
        ]


def _phases(model: ChartModel, n: int) -> list[str]:
    """Return the number of the phase that judges each point of the series, empty without one."""
    found = [""] * n
    for stage in model.stages:
        width = stage.last + 1 - stage.first
        found[stage.first : stage.last + 1] = [str(stage.row.phase_id)] * width
    return found


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(value)
