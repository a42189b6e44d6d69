"""Inspector health: is it the process, or the camera and the model that watch it."""

from dash import html

from dashboard.address import HealthView, OverviewView
from dashboard.components import Content, card, choice, graph, heading, notice, select, table
from dashboard.context import Page, PageContext
from dashboard.figures.picture_days import picture_days
from dashboard.figures.wording import number
from dashboard.pages.overview import groups_of, summary_words, with_all
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.pages.review_card import review_card
from dashboard.period import period
from dashboard.wall import tiles_of, wall
from warehouse.inspector import InspectorFacts


def filters(view: HealthView, context: PageContext) -> Content:
    """Return the choice of line, station and period."""
    tiles = tiles_of(context.reader.overview().states)
    lines = sorted({tile.stream.line for tile in tiles} | ({view.line} - {""}))
    stations = sorted({tile.stream.station for tile in tiles} | ({view.station} - {""}))
    return [
        select("line", "Line", with_all("All lines", lines), view.line),
        select("station", "Station", with_all("All stations", stations), view.station),
        choice("range", "Period", RANGE_CHOICES, view.range),
    ]


def content(view: HealthView, context: PageContext) -> list[Content]:
    """Return refusals, pictures a day, models, and the charts of camera and model."""
    shown = period(view.range, context.clock)
    facts = context.reader.inspector(shown.start, shown.end)
    overview = context.reader.overview()
    asked = OverviewView(line=view.line, station=view.station, kind="camera", page=view.page)
    arranged = wall(overview.states, overview.streams, asked)
    return [
        heading(
            "Inspector health",
            below=html.Span(f"{summary_words(arranged)}; {shown.words}", className="dim"),
        ),
        html.Div(
            [_pictures_card(facts, context), _refused_card(facts, context)], className="halves"
        ),
        review_card(view, shown, context),
        _models_card(facts, context),
        *groups_of(arranged, view, context),
        None if arranged.matching else notice("Nothing charted yet", _WHAT),
    ]


_WHAT = (
    "Brightness, contrast and focus of the pictures, and how sure the model was, are charted from "
    "the first run on. A signal there speaks of camera or model, not of the process."
)


def _pictures_card(facts: InspectorFacts, context: PageContext) -> html.Section:
    if not facts.days:
        return card(
            html.P("No file arrived in this period.", className="dim"), title="Pictures a day"
        )
    measured = sum(day.measured for day in facts.days)
    refused = sum(day.refused for day in facts.days)
    share = number(100 * refused / (measured + refused)) if measured + refused else "0"
    figure = picture_days(
        [day.day for day in facts.days],
        [day.measured for day in facts.days],
        [day.refused for day in facts.days],
        context.theme,
    )
    words = f"{measured:,} pictures measured and {refused:,} refused, {share} %, by day of arrival."
    return card(
        graph(figure, name="health-days", words=words),
        html.P(f"{words} Days are those of UTC.", className="hint"),
        title="Pictures a day",
    )


def _refused_card(facts: InspectorFacts, context: PageContext) -> html.Section:
    if not facts.refused:
        return card(
            html.P("No picture was refused in this period.", className="dim"),
            title="Refused pictures",
        )
    rows = [
        [one.reason, f"{one.files:,}", context.clock.words(one.last_seen_at), one.newest_path]
        for one in facts.refused
    ]
    return card(
        table(["Reason", "Files", "Last", "Newest file"], rows, caption="Refused", numeric=(1,)),
        title="Refused pictures",
    )


def _models_card(facts: InspectorFacts, context: PageContext) -> html.Section | None:
    if not facts.models:
        return None
    rows = [
        [
            one.name,
            one.model_id[:12],
            context.clock.words(one.first_used_at),
            f"{one.images:,}",
            "–" if one.inference_ms is None else f"{number(one.inference_ms)} ms",
        ]
        for one in facts.models
    ]
    heads = ["Model", "Id", "First used here", "Pictures", "Time for one"]
    return card(
        table(heads, rows, caption="Models", numeric=(3, 4)),
        title="Models at work",
    )


PAGE = Page("/health", "Health", "health", HealthView, filters, content, place="menu")
