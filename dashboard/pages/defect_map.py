"""The defect map: where on the part, and is that new."""

from dash import dcc, html

from dashboard.address import MapView, address, changed
from dashboard.components import (
    Content,
    card,
    choice,
    graph,
    heading,
    notice,
    select,
)
from dashboard.context import Page, PageContext
from dashboard.figures.part_map import part_map_figure
from dashboard.map_model import RISK, MapModel, map_model
from dashboard.pages.map_cards import basis_card, cells_card
from dashboard.pages.map_split_card import split_card
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.period import Period, before, period
from warehouse.errors import WarehouseError
from warehouse.location import LocationMap
from warehouse.records import ClassName, Stream

COMPARE_CHOICES = [
    {"value": "before", "label": "Everything before"},
    *({"value": one["value"], "label": f"All of {one['label']}"} for one in RANGE_CHOICES[1:]),
]

SPLIT_CHOICES = [
    {"value": "none", "label": "None"},
    {"value": "station", "label": "By station"},
    {"value": "tool", "label": "By tool"},
    {"value": "week", "label": "By week"},
]


def filters(view: MapView, context: PageContext) -> Content:
    """Return the choice of stream, class, measure, period and comparison."""
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
        choice(
            "defect",
            "Defect",
            [{"value": "stain", "label": "Stains"}, {"value": "scratch", "label": "Scratches"}],
            view.defect,
        ),
        choice(
            "measure",
            "Measure",
            [
                {"value": "count", "label": "Parts"},
                {"value": "rate", "label": "Per 1,000"},
                {"value": "ratio", "label": "Observed ÷ expected"},
                {"value": "difference", "label": "Change"},
            ],
            view.measure,
        ),
        choice("range", "Period", RANGE_CHOICES, view.range),
        select("compare", "Compare with", COMPARE_CHOICES, view.compare),
        select("split", "Small maps", SPLIT_CHOICES, view.split),
    ]


def stream_words(stream: Stream) -> str:
    """Name a stream in a list."""
    return f"Line {stream.line} / station {stream.station} / {stream.tool} / {stream.family}"


def content(view: MapView, context: PageContext) -> list[Content]:
    """Return the map and its worst cells, or why there is none."""
    stream = read_stream(view.stream)
    if view.stream and stream is None:
        return [heading("Defect map"), notice("No such stream", view.stream, tone="warn")]
    shown = period(view.range, context.clock)
    earlier = compared_period(view, shown, context)
    defect: ClassName = "scratch" if view.defect == "scratch" else "stain"
    reader = context.reader
    chosen = None if stream is None else [stream]
    now = reader.locations(chosen, defect, shown.start, shown.end)
    then: LocationMap | None = None
    if earlier is not None:
        then = reader.locations(chosen, defect, earlier.start, earlier.end)
    model = map_model(now, then, view, context.settings.outline)
    where = stream_words(stream) if stream else "all streams"
    return [
        heading(
            "Defect map",
            below=html.Span(
                f"{view.defect.capitalize()}s, {shown.words}, {where}", className="dim"
            ),
        ),
        _body(model, view, earlier, context) if model.parts else _no_parts(view, shown),
        None if view.split == "none" else split_card(view, stream, defect, shown, context),
    ]


def read_stream(key: str) -> Stream | None:
    """Return the stream of a key from an address; None where it names none."""
    try:
        return Stream.from_key(key) if key else None
    except WarehouseError:
        return None


def compared_period(view: MapView, shown: Period, context: PageContext) -> Period | None:
    """Return the period that says what to expect; None where there is nothing before."""
    if view.compare == "before":
        return before(shown)
    return period(view.compare, context.clock)


def _no_parts(view: MapView, shown: Period) -> html.Div:
    return notice(
        f"No parts in {shown.words}",
        dcc.Link("Show all time", href=address(changed(view, {"range": "all"}))),
    )


def _body(model: MapModel, view: MapView, earlier: Period | None, context: PageContext) -> html.Div:
    figure = part_map_figure(model.part_map, context.theme)
    words = (
        f"Map of the part, 32 by 32 cells: {model.part_map.title.lower()}. "
        "The worst cells follow in a table."
    )
    nothing = (
        notice(
            "Nothing to compare with",
            "There are no parts before this period. Choose a shorter period, or another one to "
            "compare with.",
        )
        if view.measure in ("ratio", "difference") and not model.compared
        else None
    )
    return html.Div(
        [
            card(
                nothing,
                graph(figure, name="map-graph", words=words),
                html.P([_changes(model), _hint(view)], className="hint"),
                kind="map-card",
            ),
            html.Div([cells_card(model, view), basis_card(model, earlier)], className="side"),
        ],
        className="map-columns",
    )


def _changes(model: MapModel) -> str:
    """Say which cells are hatched, and how sure that is."""
    if not model.compared:
        return ""
    if not model.rose and not model.fell:
        return "No cell has surely changed. "
    return (
        f"Hatched: cells that surely changed, {model.rose} up and {model.fell} down "
        f"({RISK:.0%} risk over all cells). "
    )


def _hint(view: MapView) -> str:
    words = "Click a cell, or drag a frame around a region, to list its parts."
    if view.measure == "ratio":
        words += " Blank: too few parts to compare."
    return words


PAGE = Page("/map", "Map", "map", MapView, filters, content)
