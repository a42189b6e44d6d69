"""Where a reviewer says who they are, why, and where the model missed a defect."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components import Content, named
from dashboard.who_field import who_field
from warehouse.records import ImageRow

EDGES = (("x", "Left"), ("y", "Top"), ("width", "Width"), ("height", "Height"))


def review_bar() -> html.Div:
    """Return the name and the remark that go with the next verdict."""
    who = who_field("part-review-who", size="xs")
    # One name for many verdicts, until the tab is closed.
    who.persistence = True
    who.persistence_type = "session"
    return html.Div(
        [
            # What the reviewer pressed; set by assets/part.js.
            dcc.Store(id="part-verdict"),
            who,
            dmc.TextInput(
                id="part-review-remark", label="Remark on the next verdict", size="xs", value=""
            ),
            html.P(
                id="part-review-message",
                className="form-message",
                role="status",
            ),
        ],
        className="review-bar",
    )


def missed_form(image: ImageRow) -> html.Details:
    """Return the form for a defect that the model missed; while it is open, boxes can be drawn."""
    return html.Details(
        [
            html.Summary("Report a missed defect"),
            html.P(
                "Draw a box on the picture, or type its edges in pixels.",
                className="hint",
            ),
            html.Div(
                [
                    dmc.SegmentedControl(
                        id="part-missed-class",
                        data=[{"value": name, "label": name} for name in ("stain", "scratch")],
                        value="stain",
                        size="xs",
                        **named("Class of the missed defect"),
                    ),
                    *(_edge(name, label, image) for name, label in EDGES),
                    html.Button(
                        "Save the box",
                        id="part-missed-save",
                        className="button button-main",
                        n_clicks=0,
                    ),
                ],
                className="missed-form",
            ),
            # Which measurement is drawn on: it may be measured again meanwhile.
            dcc.Store(
                id="part-missed-image", data={"image": image.image_id, "revision": image.revision}
            ),
            dcc.Store(id="part-missed-drawn"),
            html.P(id="part-missed-message", className="form-message", role="status"),
        ],
        className="missed-details",
    )


def _edge(name: str, label: str, image: ImageRow) -> Content:
    most = image.width if name in {"x", "width"} else image.height
    return dmc.NumberInput(
        id=f"part-missed-{name}",
        label=label,
        min=0,
        max=most,
        allowDecimal=False,
        hideControls=True,
        size="xs",
        className="missed-edge",
    )
