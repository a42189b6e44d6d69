"""What a chart shows, as CSV: points with their limits and flags, the filters in its header."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC

import numpy as np

from dashboard.address import ChartView
from dashboard.chart_model import ChartModel, chart_model
from dashboard.context import PageContext
from dashboard.metric_names import metric_name
from dashboard.period import period
from dashboard.reader import ChartData
from warehouse.spreadsheet import neutral


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A table with the name it is stored under."""

    name: str
    text: str


def chart_csv(view: ChartView, context: PageContext) -> CsvFile:
    """Return the points of the chart that `view` shows."""
    data = context.reader.chart(view.characteristic)
    shown = period(view.range, context.clock)
    model = chart_model(data, shown, context.clock, preview=view.phase)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    head = [
        ("characteristic", data.characteristic.characteristic_id),
        ("period", shown.words),
        ("exported", context.clock.words(context.clock.now())),
    ]
    for term, words in head:
        writer.writerow([f"# {term}", neutral(words)])
    writer.writerow(
        [
            "captured_at_utc", "part_id", "pass_id", data.characteristic.metric,
            "lcl", "center", "ucl", "running_average", "signals",
        ]
    )  # fmt: skip
    writer.writerows(_rows(data, model))
    name = re.sub(r"[^A-Za-z0-9]+", "-", metric_name(data.characteristic.metric).label).lower()
    return CsvFile(f"{name}.csv", out.getvalue())


def _rows(data: ChartData, model: ChartModel) -> list[list[str]]:
    chart = model.chart
    times = dict(zip(data.series.pass_ids, data.series.captured_at, strict=True))
    flags: dict[int, list[str]] = {}
    for mark in chart.signals:
        flags.setdefault(mark.index, []).append(mark.words)
    first = chart.panels[0]
    average = chart.panels[1].value if len(chart.panels) > 1 else np.full(first.value.size, np.nan)
    return [
        [
            times[key].astype("datetime64[us]").item().replace(tzinfo=UTC).isoformat(),
            neutral(chart.names[at]),
            neutral(key),
            *(
                _number(float(column[at]))
                for column in (first.value, first.lcl, first.center, first.ucl, average)
            ),
            "; ".join(flags.get(at, [])),
        ]
        for at, key in enumerate(chart.keys)
    ]


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(value)
