"""What stands beside the map: its worst cells, and what it is based on."""

from dash import dcc, html

from dashboard.address import MapView, PartsView, address
from dashboard.components import Content, card, facts, table
from dashboard.figures.wording import number
from dashboard.location_measures import TopCell
from dashboard.map_model import MapModel
from dashboard.period import Period
from dashboard.region import region_text
from warehouse.location import GRID


def cells_card(model: MapModel, view: MapView) -> html.Section:
    """Return the worst cells as a table."""
    if not model.top:
        return card(html.P(f"No part had a {view.defect}."), title="Worst cells")
    with_expected = model.compared > 0
    heads = ["", "Across", "Down", "Parts", "Per 1,000"]
    heads += ["Expected", "Ratio"] if with_expected else []
    rows = [
        [
            str(rank),
            dcc.Link(f"{(cell.column + 0.5) / GRID:.2f}", href=cell_link(cell, view)),
            f"{(cell.row + 0.5) / GRID:.2f}",
            f"{cell.observed:.0f}",
            number(cell.per_thousand),
            *([number(cell.expected), _ratio_words(cell)] if with_expected else []),
        ]
        for rank, cell in enumerate(model.top, start=1)
    ]
    order = "most above what was expected first" if with_expected else "most parts first"
    return card(
        table(heads, rows, caption=f"The worst cells, {order}", numeric=range(len(heads))),
        html.P(f"Ordered by {order.removesuffix(' first')}.", className="hint"),
        title="Worst cells",
    )


def _ratio_words(cell: TopCell) -> str:
    return f"{number(cell.ratio)} ×" if cell.ratio is not None else "–"


def cell_link(cell: TopCell, view: MapView) -> str:
    """Return the address of the list of parts with a defect in a cell."""
    edges = (cell.column / GRID, cell.row / GRID, (cell.column + 1) / GRID, (cell.row + 1) / GRID)
    return region_link(view, *edges)


def region_link(view: MapView, left: float, top: float, right: float, bottom: float) -> str:
    """Return the address of the list of parts with a defect in a region of the map."""
    region = region_text(view.defect, left, top, right, bottom)
    return address(PartsView(stream=view.stream, range=view.range, region=region))


def basis_card(model: MapModel, earlier: Period | None) -> html.Section:
    """Return what the map counts and compares with."""
    pairs: list[tuple[str, Content]] = [("Parts inspected", f"{model.parts:,}")]
    if earlier is not None and model.compared:
        pairs.append(("Compared with", f"{model.compared:,} parts, {earlier.words}"))
    return card(
        facts(pairs),
        html.P(
            "A part counts once in a cell, however many defects it has there. “Expected” is what "
            "this many parts would show, had each cell kept the rate it had in the period of "
            "comparison.",
            className="hint",
        ),
        title="What it is based on",
    )
