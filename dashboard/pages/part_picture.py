"""The picture of a part: the original, and over it outlines, numbers and shapes of its defects."""

from collections.abc import Sequence
from typing import Final

from dash import dcc, html

from dashboard.address import PartView, address, changed
from dashboard.components import Content, card, marked, notice
from dashboard.context import PageContext
from dashboard.mask_outline import anchor, read_mask
from dashboard.pages.part_shapes import missed_name, shapes
from dashboard.pages.review_form import missed_form
from dashboard.reader import PartData
from dashboard.static_tree import StaticTree
from warehouse.errors import WarehouseError
from warehouse.journal.reviews import ReviewRow
from warehouse.records import DefectRow, ImageRow

NUMBERED: Final = 12
"""Largest defects that carry their number on the picture."""
SHAPED: Final = 100
"""Largest defects whose circle and box can be shown: those that the table lists."""
FAINTEST: Final = 20
CLASSES: Final = ("stain", "scratch")


def picture_card(data: PartData, view: PartView, context: PageContext) -> html.Section:
    """Return the chosen image of an inspection with what was found on it."""
    images = data.detail.images
    if not images:
        return card(notice("No image is stored for this inspection"), kind="picture-card")
    chosen = shown_image(data, view)
    image = images[chosen]
    defects = [one for one in data.detail.defects if one.image_id == image.image_id]
    missed = [
        row
        for row in data.reviews
        if (row.image_id, row.revision, row.verdict) == (image.image_id, image.revision, "missed")
    ]
    return card(
        html.Div([_toggles(view), _opacity(view)], className="picture-bar"),
        _picture(image, view, defects, missed, context),
        html.P(
            id="part-shape-words", className="hint shape-words", **marked({"aria-live": "polite"})
        ),
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
        missed_form(image) if context.may_decide else None,
        kind="picture-card",
    )


def shown_image(data: PartData, view: PartView) -> int:
    """Return the place of the image that the address asks for, or of the nearest there is."""
    return min(max(view.image, 1), len(data.detail.images)) - 1


def classes_shown(outline: str) -> set[str]:
    """Return the classes whose outlines an address shows.

    Examples
    --------
    >>> sorted(classes_shown("shown")), classes_shown("stain"), classes_shown("hidden")
    (['scratch', 'stain'], {'stain'}, set())

    """
    return {"shown": {*CLASSES}, "hidden": set()}.get(outline, {outline})


def toggled(outline: str, defect_class: str) -> str:
    """Return what an address says once a class is shown, or no longer.

    Examples
    --------
    >>> toggled("shown", "stain"), toggled("scratch", "scratch"), toggled("scratch", "stain")
    ('scratch', 'hidden', 'shown')

    """
    left = classes_shown(outline) ^ {defect_class}
    return "shown" if len(left) == len(CLASSES) else next(iter(left), "hidden")


def _picture(
    image: ImageRow,
    view: PartView,
    defects: Sequence[DefectRow],
    missed: Sequence[ReviewRow],
    context: PageContext,
) -> html.Figure:
    hidden = set(CLASSES) - classes_shown(view.outline)
    layers: list[Content] = [
        html.Img(
            src=f"/image/{image.image_id}.png",
            alt=f"Camera image of part {image.part_id}",
            width=image.width,
            height=image.height,
            draggable="false",
        ),
        # The browser puts the drawing itself here, so that each outline answers the pointer.
        html.Div(
            className="outline",
            role="img",
            **marked(
                {
                    "aria-label": "Outlines of the defects, listed in the table",
                    "data-drawing": f"/outline/{image.image_id}/{image.model_id}.svg",
                }
            ),
        ),
        shapes(image, defects[:SHAPED], missed),
        *(_tag(*place) for place in _places(image, defects, hidden, context)),
        *(_missed_tag(row, image) for row in missed),
        html.Div(className="draft"),
    ]
    return html.Figure(
        layers,
        className=" ".join(["picture", *(f"hide-{name}" for name in sorted(hidden))]),
        style={"--outline-opacity": f"{min(max(view.opacity, FAINTEST), 100) / 100:g}"},
        **marked(
            {
                "data-width": str(image.width),
                "data-height": str(image.height),
                "data-chosen": str(view.defect or ""),
            }
        ),
    )


def _places(
    image: ImageRow, defects: Sequence[DefectRow], hidden: set[str], context: PageContext
) -> list[tuple[DefectRow, float, float]]:
    """Return the largest defects with the place of their number, as shares of the picture."""
    try:
        mask = read_mask(context.reader.mask(image.image_id, image.model_id))
    except WarehouseError:
        mask = None
    if mask is None or mask.shape != (image.height, image.width):
        return []
    shown = [one for one in defects[:NUMBERED] if one.defect_class not in hidden]
    anchors = [(one, anchor(mask, one)) for one in shown]
    return [(one, x / image.width, y / image.height) for one, (x, y) in anchors]


def _tag(defect: DefectRow, x: float, y: float) -> html.Span:
    return _placed(str(defect.defect_no), defect.defect_class, x, y)


def _missed_tag(row: ReviewRow, image: ImageRow) -> html.Span:
    box = row.box
    assert box is not None
    x, y = (box.x + box.width / 2) / image.width, box.y / image.height
    return _placed(missed_name(row), row.defect_class, x, y)


def _placed(name: str, defect_class: str, x: float, y: float) -> html.Span:
    """Return a name above the point (x, y), 0..1, and within the picture."""
    return html.Span(
        name,
        className=f"tag tag-{defect_class}",
        style={
            "left": f"{100 * min(max(x, 0.02), 0.98):.2f}%",
            "top": f"{100 * max(y, 0.06):.2f}%",
        },
        **marked({"data-defect": name}),
    )


def _toggles(view: PartView) -> html.Div:
    shown = classes_shown(view.outline)
    return html.Div(
        [
            html.Span("Outlines", className="dim"),
            *(
                html.Button(
                    [html.Span(className=f"swatch swatch-{name}"), name],
                    type="button",
                    className="button toggle",
                    **marked(
                        {
                            "aria-pressed": "true" if name in shown else "false",
                            "data-go": address(
                                changed(view, {"outline": toggled(view.outline, name)})
                            ),
                        }
                    ),
                )
                for name in CLASSES
            ),
        ],
        className="toggles",
        role="group",
        **marked({"aria-label": "Classes whose outlines are shown"}),
    )


def _opacity(view: PartView) -> StaticTree:
    """Return the slider; the browser keeps its value in the address."""
    slider = {
        "type": "range",
        "min": FAINTEST,
        "max": 100,
        "step": 10,
        "defaultValue": min(max(view.opacity, FAINTEST), 100),
        "data-opacity": "",
        "aria-label": "Opacity of the outlines",
    }
    return StaticTree(["label", {"className": "opacity"}, ["Opacity", ["input", slider, []]]])


def _view_links(images: tuple[ImageRow, ...], view: PartView, chosen: int) -> html.Nav:
    """Return links to the other images of the part, named by their place on it."""
    return html.Nav(
        [
            dcc.Link(
                view_words(image, at),
                href=address(changed(view, {"image": at + 1, "defect": 0})),
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
