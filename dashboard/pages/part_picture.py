"""The picture of a part: the original, and over it the outlines and numbers of its defects."""

from dash import dcc, html

from dashboard.address import PartView, address, changed
from dashboard.components import card, icon, notice
from dashboard.context import PageContext
from dashboard.mask_outline import anchor, read_mask
from dashboard.reader import PartData
from warehouse.errors import WarehouseError
from warehouse.records import DefectRow, ImageRow

NUMBERED = 12
"""Largest defects that carry their number on the picture."""


def picture_card(data: PartData, view: PartView, context: PageContext) -> html.Section:
    """Return the chosen image of an inspection with its outlines."""
    images = data.detail.images
    if not images:
        return card(notice("No image is stored for this inspection"), kind="picture-card")
    chosen = min(max(view.image, 1), len(images)) - 1
    image = images[chosen]
    shown = view.outline == "shown"
    defects = [one for one in data.detail.defects if one.image_id == image.image_id]
    return card(
        html.Div([_outline_link(view, shown=shown), _legend(shown=shown)], className="picture-bar"),
        _picture(image, _places(image, defects, context) if shown else {}, shown=shown),
        _view_links(images, view, chosen) if len(images) > 1 else None,
        html.P(
            [
                f"{image.width} × {image.height} px, {image.image_format} · ",
                html.A("Original", href=f"/image/{image.image_id}.png", target="_blank"),
                " · ",
                html.A(
                    "Mask", href=f"/mask/{image.image_id}/{image.model_id}.png", target="_blank"
                ),
            ],
            className="hint",
        ),
        kind="picture-card",
    )


def _places(
    image: ImageRow, defects: list[DefectRow], context: PageContext
) -> dict[int, tuple[DefectRow, float, float]]:
    """Return the largest defects with the place of their number, as shares of the picture."""
    try:
        mask = read_mask(context.reader.mask(image.image_id, image.model_id))
    except WarehouseError:
        mask = None
    if mask is None or mask.shape != (image.height, image.width):
        return {}
    places = {one.defect_no: (one, *anchor(mask, one)) for one in defects[:NUMBERED]}
    return {
        number: (defect, x / image.width, y / image.height)
        for number, (defect, x, y) in places.items()
    }


def _picture(
    image: ImageRow, places: dict[int, tuple[DefectRow, float, float]], *, shown: bool
) -> html.Figure:
    layers = [
        html.Img(
            src=f"/image/{image.image_id}.png",
            alt=f"Camera image of part {image.part_id}",
            width=image.width,
            height=image.height,
        )
    ]
    if shown:
        layers.append(
            html.Img(
                src=f"/outline/{image.image_id}/{image.model_id}.svg",
                alt="Outlines of the defects, listed in the table below",
                className="outline",
            )
        )
    tags = [_tag(*place) for place in places.values()]
    return html.Figure([*layers, *tags], className="picture")


def _tag(defect: DefectRow, x: float, y: float) -> html.Span:
    """Return the number of a defect, above its uppermost point and within the picture."""
    return html.Span(
        str(defect.defect_no),
        className=f"tag tag-{defect.defect_class}",
        style={
            "left": f"{100 * min(max(x, 0.02), 0.98):.2f}%",
            "top": f"{100 * max(y, 0.06):.2f}%",
        },
    )


def _outline_link(view: PartView, *, shown: bool) -> dcc.Link:
    words = "Hide outlines" if shown else "Show outlines"
    other = changed(view, {"outline": "hidden" if shown else "shown"})
    return dcc.Link([icon("map"), words], href=address(other), className="button")


def _legend(*, shown: bool) -> html.Span | None:
    if not shown:
        return None
    return html.Span(
        [
            html.Span(className="swatch swatch-stain"),
            "stain",
            html.Span(className="swatch swatch-scratch"),
            "scratch",
        ],
        className="legend",
    )


def _view_links(images: tuple[ImageRow, ...], view: PartView, chosen: int) -> html.Nav:
    """Return links to the other images of the part, named by their place on it."""
    return html.Nav(
        [
            dcc.Link(
                view_words(image, at),
                href=address(changed(view, {"image": at + 1})),
                className="button button-main" if at == chosen else "button",
            )
            for at, image in enumerate(images)
        ],
        className="views",
    )


def view_words(image: ImageRow, at: int) -> str:
    """Name an image by its row and column on the part, else by its place in the list."""
    if image.view_row is None or image.view_column is None:
        return f"Image {at + 1}"
    return f"Row {image.view_row}, column {image.view_column}"
