"""The small maps on the page: pictures with their parts, each a link to its large map."""

from dash import dcc, html

from dashboard.address import MapView, address
from dashboard.components import Content, card, notice
from dashboard.context import PageContext
from dashboard.figures.wording import number
from dashboard.map_split import SmallMap, map_parts, small_maps
from dashboard.map_thumbnail import thumbnail
from dashboard.period import Period
from warehouse.records import ClassName, Stream


def split_card(
    view: MapView, chosen: Stream | None, defect: ClassName, shown: Period, context: PageContext
) -> Content:
    """Return the small maps that `view` asks for."""
    streams = [(one.stream, one.inspections) for one in context.reader.streams()]
    parts, left_out = map_parts(view, streams, chosen, shown, context.clock)
    found = [one for one in small_maps(context.reader, parts, defect) if one.parts]
    if not found:
        return notice(f"No parts in {shown.words}")
    top = max(float(one.rates.max()) for one in found)
    words = (
        f"Parts with a {defect} in the cell per 1,000, all in one scale: the darkest cell has "
        f"{number(top)}."
    )
    if left_out:
        words += f" {left_out:,} with fewer inspections are left out."
    return card(
        html.P(words, className="hint"),
        html.Div([_small(one, view, top, context.theme) for one in found], className="small-maps"),
        title=f"By {view.split}",
    )


def _small(one: SmallMap, view: MapView, top: float, theme: str) -> html.Figure:
    row, column = divmod(int(one.rates.argmax()), one.rates.shape[1])
    rows, columns = one.rates.shape
    most = float(one.rates.max())
    worst = (
        f"most, {number(most)} per 1,000, {(column + 0.5) / columns:.2f} across and "
        f"{(row + 0.5) / rows:.2f} down"
        if most
        else f"no {view.defect}"
    )
    picture = html.Img(
        src=thumbnail(one.rates, top=top, theme=theme), alt=f"{one.part.name}: {worst}"
    )
    return html.Figure(
        [
            dcc.Link(picture, href=address(one.part.view))
            if one.part.view.split == "none"
            else picture,
            html.Figcaption(
                [html.Strong(one.part.name), html.Br(), f"{one.parts:,} parts, {worst}"]
            ),
        ]
    )
