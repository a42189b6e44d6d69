"""The table of the defects of a part, each row tied to its outline, with what reviewers said."""

from typing import Any, Final

from dash import dcc, html

from dashboard.address import PartView, address, changed
from dashboard.clock import PlantClock
from dashboard.components import Content, card, icon, named
from dashboard.context import PageContext
from dashboard.figures.wording import number
from dashboard.pages.part_picture import SHAPED, shown_image
from dashboard.pages.part_shapes import missed_name, shape_words
from dashboard.pages.review_form import review_bar
from dashboard.reader import PartData
from warehouse.journal.reviews import ReviewRow, Verdict
from warehouse.records import DefectRow, ImageRow

ROWS: Final = SHAPED
"""Defects in the table, largest first."""
CHOICES: Final[tuple[tuple[Verdict, str, str], ...]] = (
    ("agree", "Agree", "check"),
    ("false call", "False call", "error"),
)


def defects_card(data: PartData, view: PartView, context: PageContext) -> html.Section:
    """Return the defects of a part, largest first, and those that reviewers drew."""
    defects, images = data.detail.defects, data.detail.images
    current = {image.image_id: image for image in images}
    said = {
        (row.image_id, row.defect_no, row.missed_no): row
        for row in data.reviews
        if row.image_id in current and row.revision == current[row.image_id].revision
    }
    earlier = len(data.reviews) - len(said)
    missed = [row for row in said.values() if row.verdict == "missed"]
    if not defects and not missed:
        return card(
            html.P("No defect was found on this part."),
            review_bar() if context.may_decide and images else None,
            title="Defects",
        )
    table = _Table(data, view, context)
    rows = [
        table.found(defect, said.get((defect.image_id, defect.defect_no, None)))
        for defect in defects[:ROWS]
    ]
    rows += [table.missed(row) for row in missed]
    more = len(defects) - ROWS
    return card(
        table.of(rows),
        html.P(f"{more:,} smaller ones are not listed.", className="hint") if more > 0 else None,
        html.P(
            f"{earlier:,} verdicts are about an earlier measurement of this part.",
            className="hint",
        )
        if earlier
        else None,
        review_bar() if context.may_decide and images else None,
        title=f"Defects ({len(defects):,}{f' + {len(missed)} missed' if missed else ''})",
        kind="defects-card",
    )


class _Table:
    """Makes the rows; the image shown decides which of them are tied to the picture."""

    def __init__(self, data: PartData, view: PartView, context: PageContext) -> None:
        images = data.detail.images
        self._view, self._context = view, context
        self._order = {image.image_id: at for at, image in enumerate(images, start=1)}
        self._images = {image.image_id: image for image in images}
        self._shown = images[shown_image(data, view)].image_id if images else ""
        # On a phone the minor ones give way to the verdict.
        kinds = ["number", "", "number", *["number minor"] * 4, ""]
        self._kinds = ["number", *kinds] if len(images) > 1 else kinds

    def of(self, rows: list[html.Tr]) -> html.Div:
        """Return the table of these rows."""
        sure = html.Abbr("Conf.", title="Confidence: mean probability of the class")
        heads: list[Content] = ["No.", "Class", "Area px", "Length px", "Radius px", "Place"]
        heads += [sure, "Verdict"]
        if len(self._images) > 1:
            heads.insert(1, "Image")
        cells = [
            html.Th(head, scope="col", className=kind)
            for head, kind in zip(heads, self._kinds, strict=True)
        ]
        caption = "Defects of this part, largest first; Verdict is what a reviewer said"
        return html.Div(
            html.Table(
                [
                    html.Caption(caption, className="unseen"),
                    html.Thead(html.Tr(cells)),
                    html.Tbody(rows),
                ]
            ),
            className="table-scroll defects",
            tabIndex=0,
            role="region",
            **named(caption),
        )

    def found(self, defect: DefectRow, said: ReviewRow | None) -> html.Tr:
        """Return the row of a defect that the model found."""
        cells: list[Content] = [
            str(defect.defect_no),
            _class(defect.defect_class),
            f"{defect.pixel_count:,}",
            number(defect.length),
            number(defect.circle_radius),
            f"{defect.part_x:.2f}, {defect.part_y:.2f}",
            f"{defect.confidence:.0%}",
            self._verdict(self._images[defect.image_id], defect.defect_no, said),
        ]
        return self._row(cells, defect.image_id, str(defect.defect_no), shape_words(defect))

    def missed(self, said: ReviewRow) -> html.Tr:
        """Return the row of a defect that a reviewer drew."""
        box = said.box
        assert box is not None
        place = f"{box.width} × {box.height} px at ({box.x}, {box.y})"
        cells: list[Content] = [
            missed_name(said),
            _class(said.defect_class),
            f"{box.width * box.height:,}",
            *["–"] * 4,
            self._missed_verdict(said),
        ]
        words = f"Missed {said.defect_class}: box of {place}"
        return self._row(cells, said.image_id, missed_name(said), words)

    def _row(self, cells: list[Content], image_id: str, name: str, words: str) -> html.Tr:
        if len(self._images) > 1:
            at = self._order[image_id]
            picked = int(name) if name.isdecimal() else 0
            there = address(changed(self._view, {"image": at, "defect": picked}))
            cells.insert(1, dcc.Link(str(at), href=there))
        row = [html.Td(cell, className=kind) for cell, kind in zip(cells, self._kinds, strict=True)]
        if image_id != self._shown:
            return html.Tr(row, className="elsewhere")
        tied: dict[str, Any] = {"data-defect": name, "data-words": words}
        return html.Tr(row, tabIndex=0, **tied)

    def _verdict(self, image: ImageRow, defect_no: int, said: ReviewRow | None) -> Content:
        if not self._context.may_decide:
            words = "–" if said is None else said.verdict.capitalize()
            return html.Span(words, title=said_words(said, self._context.clock))
        buttons = []
        for verdict, words, drawing in CHOICES:
            stands = said is not None and said.verdict == verdict
            buttons.append(
                _button(
                    [icon(drawing), words] if stands else words,
                    {
                        # Pressed once more, it is taken back.
                        "data-verdict": "withdrawn" if stands else verdict,
                        "data-image": image.image_id,
                        "data-revision": str(image.revision),
                        "data-number": str(defect_no),
                        "aria-pressed": "true" if stands else "false",
                        "aria-label": f"{words}: defect {defect_no}",
                    },
                    title=said_words(said, self._context.clock) if stands else "",
                )
            )
        return html.Span(buttons, className="verdicts")

    def _missed_verdict(self, said: ReviewRow) -> Content:
        title = said_words(said, self._context.clock)
        if not self._context.may_decide:
            return html.Span("Missed", title=title)
        back = {
            "data-verdict": "withdrawn",
            "data-image": said.image_id,
            "data-revision": str(said.revision),
            "data-missed": str(said.missed_no),
            "aria-label": f"Take back missed defect {said.missed_no}",
        }
        return html.Span(
            [html.Span("Missed", className="dim", title=title), _button("Take back", back)],
            className="verdicts",
        )


def said_words(said: ReviewRow | None, clock: PlantClock) -> str:
    """Return who said it, when, and why."""
    if said is None:
        return ""
    words = f"{said.created_by}, {clock.words(said.created_at)}"
    return f"{words}: {said.remark}" if said.remark else words


def _class(defect_class: str) -> html.Span:
    return html.Span([html.Span(className=f"swatch swatch-{defect_class}"), defect_class])


def _button(words: Content, attributes: dict[str, Any], *, title: str = "") -> html.Button:
    more: dict[str, Any] = {"title": title} if title else {}
    return html.Button(
        words, type="button", className="button verdict-button", **attributes, **more
    )
