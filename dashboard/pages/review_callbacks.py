"""What a reviewer decides on the page of a part: verdicts on defects, boxes around missed ones."""

from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, no_update, set_props

from dashboard.actions import DashboardActions
from dashboard.address import PartView, read_view
from dashboard.context import PageContext
from dashboard.errors import without_folders
from dashboard.pages.form_words import LONGEST
from dashboard.pages.review_form import EDGES
from dashboard.reader import PartData
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError
from warehouse.journal.reviews import VERDICTS, Box, Opinion, Verdict
from warehouse.records import ClassName, ImageRow

NOT_THERE = "This part was measured again meanwhile: reload the page."


def register(app: Dash, make_context: MakeContext, actions: DashboardActions) -> None:
    """Wire the verdicts; without the right to decide they are not wired at all."""
    wire: Any = app.clientside_callback
    wire(
        ClientsideFunction("part", "preview"),
        Output("part-missed-drawn", "data"),
        *(Input(f"part-missed-{name}", "value") for name, _ in EDGES),
        prevent_initial_call=True,
    )
    if not actions.may_decide:
        return

    @app.callback(
        Output("part-review-message", "children"),
        Output("part-review-remark", "value"),
        Input("part-verdict", "data"),
        State("part-review-who", "value"),
        State("part-review-remark", "value"),
        State("address", "search"),
        State("decisions", "data"),
        prevent_initial_call=True,
    )
    def judge(
        pressed: Any, who: str | None, remark: str | None, search: str | None, decisions: int
    ) -> Any:
        if not isinstance(pressed, dict):
            return no_update, no_update
        context = make_context("light")
        pass_id = read_view(PartView, search).inspection
        problem = store_verdict(context, pass_id, pressed, who=who or "", remark=remark or "")
        if problem is None:
            set_props("decisions", {"data": decisions + 1})
        return (problem, no_update) if problem else ("Saved.", "")

    @app.callback(
        output=(
            Output("part-missed-message", "children"),
            [Output(f"part-missed-{name}", "value") for name, _ in EDGES],
        ),
        inputs={"clicks": Input("part-missed-save", "n_clicks")},
        state={
            "edges": [State(f"part-missed-{name}", "value") for name, _ in EDGES],
            "form": {
                "measured": State("part-missed-image", "data"),
                "class": State("part-missed-class", "value"),
                "who": State("part-review-who", "value"),
                "remark": State("part-review-remark", "value"),
            },
            "search": State("address", "search"),
            "decisions": State("decisions", "data"),
        },
        prevent_initial_call=True,
    )
    def draw(
        clicks: int | None,
        edges: list[Any],
        form: dict[str, Any],
        search: str | None,
        decisions: int,
    ) -> Any:
        kept = [no_update] * len(EDGES)
        if not clicks:
            return no_update, kept
        context = make_context("light")
        pass_id = read_view(PartView, search).inspection
        measured = form["measured"] if isinstance(form["measured"], dict) else {}
        pressed = {**measured, "verdict": "missed", "class": form["class"], "box": edges}
        who, remark = form["who"] or "", form["remark"] or ""
        problem = store_verdict(context, pass_id, pressed, who=who, remark=remark)
        if problem is None:
            set_props("decisions", {"data": decisions + 1})
        return (problem, kept) if problem else ("Saved.", [None] * len(EDGES))


def store_verdict(
    context: PageContext, pass_id: str, pressed: dict[str, Any], *, who: str, remark: str
) -> str | None:
    """Store what was pressed; return what is missing or wrong, None when it is stored.

    Parameters
    ----------
    pressed
        "verdict", "image", "revision", and "number" of a defect or "missed"; a new missed one has
        "class" and "box" instead.

    """
    person = (context.who or who).strip()[:LONGEST]
    if not person:
        return "Please give your name, beside the defects."
    try:
        data = context.reader.part(pass_id)
        image = None if data is None else _image(data, pressed)
        if data is None or image is None:
            return NOT_THERE
        opinion = _opinion(data, image, pressed, remark.strip()[:LONGEST])
        if isinstance(opinion, str):
            return opinion
        context.reader.review(image, opinion, who=person, now=context.clock.now())
    except WarehouseError as error:
        return without_folders(error)
    return None


def _image(data: PartData, pressed: dict[str, Any]) -> ImageRow | None:
    wanted = (pressed.get("image"), _whole(pressed.get("revision")))
    return next((one for one in data.detail.images if (one.image_id, one.revision) == wanted), None)


def _opinion(
    data: PartData, image: ImageRow, pressed: dict[str, Any], remark: str
) -> Opinion | str:
    verdict = pressed.get("verdict")
    if verdict not in VERDICTS:
        return "There is no such verdict."
    if verdict == "missed":
        return _missed(pressed, remark)
    number, missed = _whole(pressed.get("number")), _whole(pressed.get("missed"))
    if missed is not None:
        drawn = [
            row
            for row in data.reviews
            if (row.image_id, row.revision, row.missed_no)
            == (image.image_id, image.revision, missed)
        ]
        if not drawn:
            return NOT_THERE
        return Opinion("withdrawn", drawn[0].defect_class, missed_no=missed, remark=remark)
    found = [
        one
        for one in data.detail.defects
        if (one.image_id, one.defect_no) == (image.image_id, number)
    ]
    if not found:
        return NOT_THERE
    said = cast("Verdict", verdict)
    return Opinion(said, found[0].defect_class, defect_no=number, remark=remark)


def _missed(pressed: dict[str, Any], remark: str) -> Opinion | str:
    edges = pressed.get("box")
    numbers = [_whole(one) for one in edges] if isinstance(edges, list) else []
    x, y, width, height = numbers if len(numbers) == len(EDGES) else [None] * len(EDGES)
    if x is None or y is None or not width or not height:
        return "Please draw a box on the picture, or type its four numbers."
    if pressed.get("class") not in {"stain", "scratch"}:
        return "Please say what was missed: a stain or a scratch."
    defect_class = cast("ClassName", pressed["class"])
    return Opinion("missed", defect_class, box=Box(x, y, width, height), remark=remark)


def _whole(value: Any) -> int | None:
    """Return a whole number as a browser sends it; None for anything else.

    Examples
    --------
    >>> _whole("12"), _whole(12.0), _whole("1.5"), _whole(True), _whole(None)
    (12, 12, None, None, None)

    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None
    return int(value) if float(value).is_integer() and abs(value) < 1e9 else None
