"""What is drawn of each defect from its stored numbers: enclosing circle, rotated box, missed boxes."""

from collections.abc import Sequence
from typing import Any

from dashboard.figures.wording import number
from dashboard.mask_outline import outline_id
from dashboard.static_tree import StaticTree
from warehouse.journal.reviews import ReviewRow
from warehouse.records import DefectRow, ImageRow


def shapes(
    image: ImageRow, defects: Sequence[DefectRow], missed: Sequence[ReviewRow]
) -> StaticTree:
    """Return the shapes over a picture, largest below; the browser shows those of the chosen defect."""
    drawn = [_shape(defect) for defect in defects] + [_missed(row) for row in missed]
    properties = {
        "className": "shapes",
        "viewBox": f"0 0 {image.width} {image.height}",
        "aria-hidden": "true",
    }
    return StaticTree(["svg", properties, drawn])


def shape_words(defect: DefectRow) -> str:
    """Return the numbers behind the shapes of a defect, in words."""
    return (
        f"{defect.defect_class} {defect.defect_no}: circle of radius {number(defect.circle_radius)} px "
        f"around ({number(defect.circle_x)}, {number(defect.circle_y)}); box "
        f"{number(max(defect.box_width, defect.box_height))} × "
        f"{number(min(defect.box_width, defect.box_height))} px, {number(defect.box_angle)}°"
    ).capitalize()


def missed_name(row: ReviewRow) -> str:
    """Return the short name of a missed defect, which no defect of a model has."""
    return f"M{row.missed_no}"


def _shape(defect: DefectRow) -> list[Any]:
    # Measured between pixel centres; in the drawing a pixel's centre lies at its corner + 0.5.
    x, y = defect.circle_x + 0.5, defect.circle_y + 0.5
    box = {
        "x": -defect.box_width / 2,
        "y": -defect.box_height / 2,
        "width": defect.box_width,
        "height": defect.box_height,
        "transform": (
            f"translate({defect.box_x + 0.5:.2f} {defect.box_y + 0.5:.2f}) "
            f"rotate({defect.box_angle:.3f})"
        ),
    }
    bounds = (defect.bounds_x, defect.bounds_y, defect.bounds_width, defect.bounds_height)
    properties = {
        "className": f"shape shape-{defect.defect_class}",
        "data-defect": str(defect.defect_no),
        "data-piece": outline_id(defect.defect_class, *bounds),
    }
    circle = {"cx": x, "cy": y, "r": defect.circle_radius}
    return [
        "g",
        properties,
        [
            ["circle", {"className": "circle", **circle}, []],
            ["rect", {"className": "box", **box}, []],
            ["rect", {"className": "hit", **box}, []],
        ],
    ]


def _missed(row: ReviewRow) -> list[Any]:
    box = row.box
    assert box is not None
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    properties = {
        "className": f"shape shape-{row.defect_class}",
        "data-defect": missed_name(row),
    }
    rectangles = [["rect", {"className": kind, **place}, []] for kind in ("missed", "hit")]
    return ["g", properties, rectangles]
