"""Say on a process chart that the camera or the model of its stream changed, too."""

from dash import dcc, html

from dashboard.address import ChartView, address
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.metric_names import metric_name
from dashboard.reader import ChartData
from dashboard.state_words import state_look
from dashboard.wall import Tile, tiles_of
from warehouse.records import INSPECTOR_METRICS


def camera_notice(data: ChartData, context: PageContext) -> html.Div | None:
    """Return the notice where this chart and one of camera or model need action at once.

    Charts of the whole site, such as that of refused pictures, concern every stream.
    """
    row = data.characteristic
    calm = data.state is None or not state_look(data.state.state).needs_action
    if calm or row.metric in INSPECTOR_METRICS:
        return None
    found = [
        tile
        for tile in tiles_of(context.reader.overview().states)
        if tile.metric in INSPECTOR_METRICS
        and tile.needs_action
        and (tile.stream == row.stream or tile.metric == "refused_share")
    ]
    if not found:
        return None
    links = [part for tile in found for part in (_link(tile), ", ")][:-1]
    return notice(
        "Camera or model changed, too",
        html.Span(
            [*links, ". Look there first: a change of theirs can look like one of the parts."]
        ),
        tone="warn",
    )


def _link(tile: Tile) -> dcc.Link:
    view = ChartView(characteristic=tile.state.characteristic_id)
    return dcc.Link(metric_name(tile.metric).label, href=address(view))
