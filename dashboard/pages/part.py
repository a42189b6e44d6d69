"""One inspection: its picture with the defects outlined, measures against specification."""

from dash import dcc, html

from dashboard.address import PartView, address
from dashboard.components import (
    Content,
    button_link,
    card,
    facts,
    heading,
    icon,
    named,
    notice,
    verdict_badge,
)
from dashboard.context import Page, PageContext
from dashboard.figures.wording import number
from dashboard.pages.part_defects import defects_card
from dashboard.pages.part_picture import picture_card
from dashboard.pages.part_tables import history_card, measures_card
from dashboard.reader import PartData


def filters(_view: PartView, _context: PageContext) -> Content:
    """Return nothing: a part has no filters."""
    return None


def content(view: PartView, context: PageContext) -> list[Content]:
    """Return the inspection, or that there is none of this name."""
    if not view.inspection:
        return [
            heading("Part"),
            notice("No part chosen", dcc.Link("Choose one from the list", href="/parts")),
        ]
    data = context.reader.part(view.inspection)
    if data is None:
        return [
            heading("Part"),
            notice(
                "No such inspection", f"Nothing was stored as “{view.inspection}”.", tone="warn"
            ),
        ]
    inspection = data.detail.inspection
    limits = {
        row.metric: row
        for row in context.reader.characteristics()
        if row.stream == inspection.stream
    }
    return [
        _heading(data, context),
        html.Div(
            [
                picture_card(data, view, context),
                html.Div(
                    [defects_card(data, view, context), measures_card(inspection, limits)],
                    className="side",
                ),
            ],
            className="part-columns",
        ),
        html.Div([_about(data, context), history_card(data, context)], className="part-below"),
    ]


def _heading(data: PartData, context: PageContext) -> html.Div:
    inspection = data.detail.inspection
    near = data.neighbours
    where = (
        f"Line {inspection.line} · Station {inspection.station} · {inspection.tool} · "
        f"{inspection.family} · {context.clock.words(inspection.captured_at)}"
    )
    links = html.Div(
        [
            html.Nav(
                [
                    _neighbour("Previous", near.previous, "previous"),
                    _neighbour("Next", near.following, "next"),
                ],
                className="neighbours",
                **named("Neighbouring parts"),
            ),
            html.Nav(
                [
                    _neighbour("Previous signal", near.previous_flagged, "previous"),
                    _neighbour("Next signal", near.following_flagged, "next"),
                ],
                className="neighbours flagged",
                title="The nearest parts of this stream that failed or completed a signal",
                **named("Nearest parts that failed or completed a signal"),
            ),
        ],
        className="part-links",
    )
    return heading(
        f"Part {inspection.part_id}",
        below=[verdict_badge(passed=inspection.passed), html.Span(where, className="dim")],
        beside=links,
    )


def _neighbour(words: str, pass_id: str | None, icon_name: str) -> Content:
    if pass_id is None:
        return html.Span([icon(icon_name), words], className="button button-off")
    return button_link(words, address(PartView(inspection=pass_id)), icon_name=icon_name)


def _about(data: PartData, context: PageContext) -> html.Section:
    inspection, images = data.detail.inspection, data.detail.images
    views = f"{inspection.views_present}"
    if inspection.views_expected is not None:
        views += f" of {inspection.views_expected}"
    pairs: list[tuple[str, Content]] = [
        ("Captured", context.clock.words(inspection.captured_at)),
        ("Time from", images[0].captured_at_source if images else "–"),
        ("Lot", inspection.lot or "–"),
        ("Images", views),
        ("Revision", str(inspection.revision)),
        ("Run", str(inspection.run_id)),
        ("Model", inspection.model_id[:12]),
    ]
    if images:
        scale = images[0].um_per_px
        pairs.append(("Scale", f"{number(scale)} µm per px" if scale else "not known"))
    return card(facts(pairs), title="About this inspection")


PAGE = Page("/part", "Part", "parts", PartView, filters, content, place="nowhere")
