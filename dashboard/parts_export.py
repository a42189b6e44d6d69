"""The list of inspections as CSV, with its filters in the header."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from dashboard.address import PartsView
from dashboard.chart_export import CsvFile
from dashboard.context import PageContext
from dashboard.list_conditions import conditions_words, read_conditions
from dashboard.pages.defect_map import read_stream, stream_words
from dashboard.pages.parts import part_filters
from dashboard.period import period
from warehouse.records import METRICS, InspectionRow
from warehouse.spreadsheet import neutral

MOST: Final = 50_000
"""Rows of one file; the SQL page gives more."""
PLACE: Final = ("line", "station", "tool", "family", "lot")


def parts_csv(view: PartsView, context: PageContext) -> CsvFile:
    """Return the inspections of a list in its order, at most `MOST`.

    Lines that begin with "#" come first: the filters, and whether the list is longer than the file.
    """
    found = context.reader.parts(part_filters(view, context), MOST, 0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for term, words in _head(view, context, found.total):
        writer.writerow([f"# {term}", neutral(words)])
    writer.writerow(
        ["captured_at_utc", "part_id", "pass_id", *PLACE, "passed", "failed_criteria", *METRICS]
    )
    writer.writerows(_cells(row) for row in found.rows)
    return CsvFile("parts.csv", out.getvalue())


def _head(view: PartsView, context: PageContext, total: int) -> Iterator[tuple[str, str]]:
    stream = read_stream(view.stream)
    yield "stream", "all" if stream is None else stream_words(stream)
    yield "period", period(view.range, context.clock).words
    if view.part:
        yield "part name contains", view.part
    if view.failed:
        yield "verdict", "failed only"
    if view.region:
        yield "region", view.region
    if bounds := read_conditions(view.where):
        yield "values", conditions_words(bounds)
    yield "order", view.order
    listed = f"{total:,} inspections"
    yield "rows", listed if total <= MOST else f"the first {MOST:,} of {listed}"
    yield "made", context.clock.now().isoformat(timespec="seconds")


def _cells(row: InspectionRow) -> list[str]:
    passed = {None: "", True: "true", False: "false"}[row.passed]
    words = [row.captured_at.isoformat(), row.part_id, row.pass_id]
    words += [str(getattr(row, name) or "") for name in PLACE]
    words += [passed, "; ".join(row.failed_criteria)]
    return [*(neutral(one) for one in words), *(str(getattr(row, name)) for name in METRICS)]
