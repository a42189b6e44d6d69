"""The list of inspections: the parts behind a point, a cell, a station or a name."""

from typing import cast

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import METRIC_CHOICES, PartsView, PartView, address, changed
from dashboard.components import (
    Content,
    card,
    choice,
    heading,
    notice,
    select,
    switch,
    table,
    verdict_badge,
)
from dashboard.context import Page, PageContext
from dashboard.figures.wording import number
from dashboard.metric_names import metric_name
from dashboard.pages.defect_map import read_stream, stream_words
from dashboard.pages.pager import pager
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.period import period
from dashboard.region import read_region
from warehouse.parts import InspectionsPage, Order, PartFilters
from warehouse.records import InspectionRow

PAGE_SIZE = 50


def filters(view: PartsView, context: PageContext) -> Content:
    """Return the choice of stream, period, order, name and verdict."""
    streams = [
        {"value": summary.stream.key, "label": stream_words(summary.stream)}
        for summary in context.reader.streams()
    ]
    orders = [
        {"value": "newest", "label": "Newest first"},
        {"value": "oldest", "label": "Oldest first"},
        *(
            {"value": metric, "label": f"{metric_name(metric).label}, worst first"}
            for metric in METRIC_CHOICES
        ),
    ]
    return [
        select(
            "stream",
            "Stream",
            [{"value": "", "label": "All streams"}, *streams],
            view.stream,
            wide=True,
        ),
        select("order", "Order", orders, view.order),
        dmc.TextInput(
            id={"type": "filter", "name": "part"},
            label="Part name contains",
            value=view.part,
            debounce=500,
            size="xs",
            className="filter",
        ),
        choice("range", "Period", RANGE_CHOICES, view.range),
        switch("failed", "Failed only", checked=view.failed),
    ]


def part_filters(view: PartsView, context: PageContext) -> PartFilters:
    """Return what the warehouse is asked for."""
    stream = read_stream(view.stream)
    shown = period(view.range, context.clock)
    return PartFilters(
        streams=None if stream is None else [stream],
        start=shown.start,
        end=shown.end,
        part_id_contains=view.part or None,
        failed_only=view.failed,
        region=read_region(view.region),
        # The choices of the view are the orders of the warehouse.
        order=cast(Order, view.order),
    )


def content(view: PartsView, context: PageContext) -> list[Content]:
    """Return one page of the list, or that nothing matches; past the last page, the last one."""
    if view.stream and read_stream(view.stream) is None:
        return [heading("Parts"), notice("No such stream", view.stream, tone="warn")]
    page = max(view.page, 1)
    filters = part_filters(view, context)
    found = context.reader.parts(filters, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    if found.total and not found.rows:
        page = -(-found.total // PAGE_SIZE)
        found = context.reader.parts(filters, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    if not found.total:
        return [
            heading("Parts", below=_below(view, found)),
            notice(
                "No part matches these filters",
                dcc.Link("Show every part", href=address(PartsView())),
            ),
        ]
    return [
        heading("Parts", below=_below(view, found)),
        card(_table(found.rows, context)),
        pager(view, page, -(-found.total // PAGE_SIZE)),
    ]


def _below(view: PartsView, found: InspectionsPage) -> html.Span:
    words: list[Content] = [html.Span(f"{found.total:,} inspections", className="dim")]
    region = read_region(view.region)
    if region is not None:
        where = (
            f" with a {region.defect_class} in the region {region.left:.2f}–{region.right:.2f} "
            f"across, {region.top:.2f}–{region.bottom:.2f} down "
        )
        words += [
            html.Span(where, className="dim"),
            dcc.Link("Remove", href=address(changed(view, {"region": "", "page": 1}))),
        ]
    return html.Span(words)


def _table(rows: list[InspectionRow], context: PageContext) -> html.Div:
    heads = [
        "Part",
        f"Captured ({context.clock.zone_name})",
        "Line / station",
        "Verdict",
        "Stains",
        "Stained",
        "Largest stain",
        "Scratches",
        "Scratched",
        "Longest scratch",
    ]
    cells = [
        [
            dcc.Link(row.part_id, href=address(PartView(inspection=row.pass_id))),
            context.clock.words(row.captured_at),
            f"{row.line} / {row.station} / {row.tool}",
            verdict_badge(passed=row.passed),
            str(row.stain_count),
            f"{number(row.total_stain_pct)} %",
            f"{number(row.largest_stain_area_px)} px²",
            str(row.scratch_count),
            f"{number(row.total_scratch_pct)} %",
            f"{number(row.longest_scratch_px)} px",
        ]
        for row in rows
    ]
    return table(heads, cells, caption="Inspections", numeric=(4, 5, 6, 7, 8, 9))


PAGE = Page("/parts", "Parts", "parts", PartsView, filters, content)
