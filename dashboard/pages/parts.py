"""The list of inspections: the parts behind a point, a cell, a station or a name."""

from typing import cast

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import PartsView, address, changed, query_of
from dashboard.components import Content, choice, heading, icon, notice, select, switch
from dashboard.context import Page, PageContext
from dashboard.list_conditions import conditions_words, read_conditions
from dashboard.pages.defect_map import read_stream, stream_words
from dashboard.pages.parts_grid import IN_GRID, grid, ordering
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.period import period
from dashboard.region import read_region
from warehouse.parts import Order, PartFilters
from warehouse.records import METRICS

EXPORT = "/parts.csv"


def filters(view: PartsView, context: PageContext) -> Content:
    """Return the choice of stream, period, name and verdict; the grid chooses the rest."""
    streams = [
        {"value": summary.stream.key, "label": stream_words(summary.stream)}
        for summary in context.reader.streams()
    ]
    return [
        select(
            "stream",
            "Stream",
            [{"value": "", "label": "All streams"}, *streams],
            view.stream,
            wide=True,
        ),
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
        # The heads of the grid choose these.
        dcc.Input(id={"type": "filter", "name": "order"}, type="hidden", value=view.order),
        dcc.Input(id={"type": "filter", "name": "where"}, type="hidden", value=view.where),
    ]


def part_filters(view: PartsView, context: PageContext) -> PartFilters:
    """Return what the warehouse is asked for."""
    stream = read_stream(view.stream)
    shown = period(view.range, context.clock)
    by, way = ordering(view.order)
    return PartFilters(
        streams=None if stream is None else [stream],
        start=shown.start,
        end=shown.end,
        part_id_contains=view.part or None,
        failed_only=view.failed,
        region=read_region(view.region),
        # The columns of the grid are those of the warehouse.
        order=cast("Order", by) if by in METRICS else "newest",
        ascending=way == "asc",
        bounds=read_conditions(view.where),
    )


def content(view: PartsView, context: PageContext) -> list[Content]:
    """Return the list, or that nothing matches."""
    if view.stream and read_stream(view.stream) is None:
        return [heading("Parts"), notice("No such stream", view.stream, tone="warn")]
    total = context.reader.parts(part_filters(view, context), 1, 0).total
    if not total:
        return [
            heading("Parts", below=_below(view, total)),
            notice(
                "No part matches these filters",
                dcc.Link("Show every part", href=address(PartsView())),
            ),
        ]
    export = html.A([icon("download"), "CSV"], href=f"{EXPORT}{query_of(view)}", className="button")
    return [
        heading("Parts", below=_below(view, total), beside=export),
        grid(view, context.clock),
    ]


def _below(view: PartsView, total: int) -> html.Span:
    words: list[Content] = [html.Span(f"{total:,} inspections", className="dim")]
    region = read_region(view.region)
    if region is not None:
        where = (
            f" with a {region.defect_class} in the region {region.left:.2f}–{region.right:.2f} "
            f"across, {region.top:.2f}–{region.bottom:.2f} down "
        )
        words += [html.Span(where, className="dim"), _remove(view, "region")]
    bounds = read_conditions(view.where)
    if bounds:
        words += [
            html.Span(f" with {conditions_words(bounds)} ", className="dim"),
            _remove(view, "where"),
        ]
    return html.Span(words)


def _remove(view: PartsView, name: str) -> dcc.Link:
    return dcc.Link("Remove", href=address(changed(view, {name: ""})))


PAGE = Page("/parts", "Parts", "parts", PartsView, filters, content, own=IN_GRID)
