"""The page of a part: its defects, what reviewers said of them, and what they may say."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from dashboard.address import PartView
from dashboard.guard_identity import Identity
from dashboard.guard_reader import signed_reader
from dashboard.mask_outline import outline_id, piece_paths
from dashboard.pages import part
from dashboard.pages.part_picture import classes_shown
from dashboard.pages.part_shapes import shapes
from dashboard.pages.review_callbacks import NOT_THERE, store_verdict
from dashboard.reader import PartData
from inference.classes import DefectClass
from inference.defects import find_defects
from warehouse.errors import TransitionError
from warehouse.journal.reviews import Box, ReviewRow
from warehouse.parts import InspectionDetail, Neighbours
from warehouse.records import DefectRow, ImageRow, InspectionRow

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
SHA, OTHER, MODEL = "ab" * 32, "cd" * 32, "ef" * 32


def image(image_id=SHA, **values) -> ImageRow:
    row = ImageRow(
        image_id=image_id, revision=2, pass_id="pass 1", part_id="P-1", view_row=None,
        view_column=None, path="p.png", line="A", station="wash", tool="tool-1", family="HS-40",
        lot=None, captured_at=NOW, captured_at_source="manifest", um_per_px=None, width=320,
        height=200, image_format="PNG", model_id=MODEL, run_id=1, brightness=120.0, contrast=9.0,
        focus=50.0, mean_confidence=0.98, background_share=0.9, entropy=0.1, inference_ms=12.0,
    )  # fmt: skip
    return replace(row, **values)


def defect(number, image_id=SHA, **values) -> DefectRow:
    row = DefectRow(
        image_id=image_id, revision=2, defect_no=number, defect_class="stain", contour_area=80.0,
        pixel_count=99, circle_x=40.0, circle_y=50.0, circle_radius=6.5, box_x=40.0, box_y=50.0,
        box_width=12.0, box_height=4.0, box_angle=30.0, length=12.0, bounds_x=34, bounds_y=46,
        bounds_width=12, bounds_height=9, confidence=0.9, part_x=0.125, part_y=0.25,
    )  # fmt: skip
    return replace(row, **values)


def said(verdict="false call", **values) -> ReviewRow:
    row = ReviewRow(
        review_id=1, image_id=SHA, revision=2, model_id=MODEL, pass_id="pass 1", line="A",
        station="wash", tool="tool-1", family="HS-40", captured_at=NOW, defect_no=1, missed_no=None,
        defect_class="stain", verdict=verdict, box_x=None, box_y=None, box_width=None,
        box_height=None, remark="dust", created_by="QE-4", created_at=NOW,
    )  # fmt: skip
    return replace(row, **values)


MISSED = said(
    "missed", defect_no=None, missed_no=1, box_x=3, box_y=4, box_width=20, box_height=5,
    defect_class="scratch",
)  # fmt: skip


@pytest.fixture
def stored(reader):
    """A part with two images and three defects."""
    row = InspectionRow(
        pass_id="pass 1", revision=2, part_id="P-1", line="A", station="wash", tool="tool-1",
        family="HS-40", lot=None, captured_at=NOW, model_id=MODEL, run_id=1, views_expected=2,
        views_present=2, stain_count=2, largest_stain_area_px=80.0, largest_stain_radius_px=6.5,
        largest_stain_x=40.0, largest_stain_y=50.0, total_stain_area_px=99.0, total_stain_pct=0.2,
        scratch_count=1, longest_scratch_px=12.0, total_scratch_area_px=50.0,
        total_scratch_pct=0.1, largest_stain_area_mm2=None, longest_scratch_mm=None,
        total_stain_area_mm2=None, total_scratch_area_mm2=None, surface_px=128_000, passed=None,
        failed_criteria=(),
    )  # fmt: skip
    defects = (defect(1), defect(2, defect_class="scratch"), defect(1, OTHER))
    data = PartData(
        InspectionDetail(row, (image(), image(OTHER)), defects),
        [row],
        Neighbours("before", "after", None, "later"),
        (said(), MISSED, said("agree", revision=1, review_id=7)),
    )
    reader.part_data["pass 1"] = data
    return data


def buttons(component, found=None):
    """Every button of a page, as what it stores and how it looks."""
    found = [] if found is None else found
    if isinstance(component, list | tuple):
        for one in component:
            buttons(one, found)
    elif hasattr(component, "to_plotly_json"):
        told = component.to_plotly_json()
        if told["type"] == "Button" and "data-verdict" in told["props"]:
            found.append(told["props"])
        buttons(getattr(component, "children", None), found)
    return found


def test_every_defect_can_be_judged_and_a_verdict_be_taken_back(stored, context, words_of):
    content = part.content(PartView(inspection="pass 1"), context)
    pressed = {
        (one["data-image"], one.get("data-number"), one["aria-label"].split(":")[0]): (
            one["data-verdict"],
            one.get("aria-pressed"),
        )
        for one in buttons(content)
    }
    assert pressed == {
        (SHA, "1", "Agree"): ("agree", "false"),
        (SHA, "1", "False call"): ("withdrawn", "true"),
        (SHA, "2", "Agree"): ("agree", "false"),
        (SHA, "2", "False call"): ("false call", "false"),
        (OTHER, "1", "Agree"): ("agree", "false"),
        (OTHER, "1", "False call"): ("false call", "false"),
        (SHA, None, "Take back missed defect 1"): ("withdrawn", None),
    }
    words = words_of(content)
    assert "Defects (3 + 1 missed)" in words
    assert "1 verdicts are about an earlier measurement" in words
    titles = [one["title"] for one in buttons(content) if one.get("aria-pressed") == "true"]
    assert titles == ["QE-4, 20 May 2026, 06:00 CEST: dust"]


def test_who_may_not_decide_reads_verdicts_and_has_no_button(stored, context, words_of):
    looking = replace(context, may_decide=False)
    content = part.content(PartView(inspection="pass 1"), looking)
    assert buttons(content) == []
    words = words_of(content)
    assert "False call" in words
    assert "Report a missed defect" not in words


def test_links_lead_to_the_nearest_signals(stored, context):
    head = part.content(PartView(inspection="pass 1"), context)[0]
    text = str(head.to_plotly_json())
    assert "/part?inspection=later" in text
    assert "Previous signal" in text


@pytest.mark.parametrize(
    ("pressed", "opinion"),
    [
        ({"verdict": "agree", "number": "2"}, ("agree", "scratch", 2, None, None)),
        ({"verdict": "withdrawn", "number": "1"}, ("withdrawn", "stain", 1, None, None)),
        ({"verdict": "withdrawn", "missed": "1"}, ("withdrawn", "scratch", None, 1, None)),
        (
            {"verdict": "missed", "class": "stain", "box": [1, 2.0, "30", 4]},
            ("missed", "stain", None, None, Box(1, 2, 30, 4)),
        ),
    ],
)
def test_what_is_pressed_is_stored_with_name_and_remark(stored, reader, context, pressed, opinion):
    pressed = {"image": SHA, "revision": "2", **pressed}
    assert store_verdict(context, "pass 1", pressed, who=" QE-4 ", remark=" dust ") is None
    _, image_id, found, who = reader.asked[-1]
    assert (image_id, who, found.remark) == (SHA, "QE-4", "dust")
    told = (found.verdict, found.defect_class, found.defect_no, found.missed_no, found.box)
    assert told == opinion


@pytest.mark.parametrize(
    ("pressed", "problem"),
    [
        ({}, "no such verdict"),
        ({"verdict": "maybe", "number": "1"}, "no such verdict"),
        ({"verdict": "agree", "number": "9"}, NOT_THERE),
        ({"verdict": "agree", "number": "1e0"}, NOT_THERE),
        ({"verdict": "agree", "number": "1", "revision": "1"}, NOT_THERE),
        ({"verdict": "agree", "number": "1", "image": "../x"}, NOT_THERE),
        ({"verdict": "withdrawn", "missed": "2"}, NOT_THERE),
        ({"verdict": "missed", "class": "stain", "box": [1, 2, None, 4]}, "draw a box"),
        ({"verdict": "missed", "class": "stain", "box": [1, 2, 0, 4]}, "draw a box"),
        ({"verdict": "missed", "class": "dent", "box": [1, 2, 3, 4]}, "a stain or a scratch"),
    ],
)
def test_what_does_not_fit_is_said_and_not_stored(stored, reader, context, pressed, problem):
    pressed = {"image": SHA, "revision": "2", **pressed}
    told = store_verdict(context, "pass 1", pressed, who="QE-4", remark="")
    assert problem in told
    assert reader.asked == []


def test_a_verdict_needs_a_name_and_a_part(stored, reader, context):
    pressed = {"verdict": "agree", "number": "1", "image": SHA, "revision": "2"}
    assert "your name" in store_verdict(context, "pass 1", pressed, who="  ", remark="")
    assert store_verdict(context, "no pass", pressed, who="QE-4", remark="") == NOT_THERE
    assert reader.asked == []


def test_a_refusal_of_the_journal_is_shown(stored, reader, context):
    def refuse(*_values, **_options):
        raise TransitionError("the box does not lie in the image")

    reader.review = refuse
    pressed = {"verdict": "agree", "number": "1", "image": SHA, "revision": "2"}
    told = store_verdict(context, "pass 1", pressed, who="QE-4", remark="")
    assert told == "the box does not lie in the image"


def test_a_viewer_stores_nothing_and_an_engineer_stands_by_their_own_name(stored, reader, context):
    pressed = {"verdict": "agree", "number": "1", "image": SHA, "revision": "2"}
    for role, problem in (("viewer", "Your role is viewer"), ("engineer", None)):
        behind = signed_reader(reader, Identity("eve", role, "session"))
        signed = replace(context, reader=behind, who="")
        told = store_verdict(signed, "pass 1", pressed, who="Mallory", remark="")
        assert (told or "").startswith(problem or "")
    assert [one[-1] for one in reader.asked] == ["eve"]


def test_circle_and_box_lie_over_the_pixels_they_were_measured_from():
    # A stroke of known pixels, measured by the program that measured the stored ones.
    mask = np.zeros((80, 120), dtype=np.uint8)
    for step in range(60):
        mask[10 + step // 2 : 14 + step // 2, 20 + step] = int(DefectClass.SCRATCH)
    (found,) = find_defects(mask, np.ones(mask.shape, dtype=np.float32))
    row = defect(
        1, defect_class="scratch", circle_x=found.circle_x, circle_y=found.circle_y,
        circle_radius=found.circle_radius, box_x=found.box_x, box_y=found.box_y,
        box_width=found.box_width, box_height=found.box_height, box_angle=found.box_angle,
        bounds_x=found.bounds_x, bounds_y=found.bounds_y, bounds_width=found.bounds_width,
        bounds_height=found.bounds_height,
    )  # fmt: skip
    _, _, [group] = shapes(image(width=120, height=80), [row], []).tree
    circle, box, _ = (one[1] for one in group[2])
    rows, columns = np.nonzero(mask)
    across, down = columns + 0.5, rows + 0.5
    away = np.hypot(across - circle["cx"], down - circle["cy"])
    assert away.max() <= circle["r"] + 1e-4
    # The box as SVG draws it: turned about its middle, clockwise as y points down.
    place, turn = box["transform"].split(") ")
    middle = [float(one) for one in place.removeprefix("translate(").split()]
    angle = np.deg2rad(float(turn.removeprefix("rotate(").rstrip(")")))
    dx, dy = across - middle[0], down - middle[1]
    along = dx * np.cos(angle) + dy * np.sin(angle)
    aside = -dx * np.sin(angle) + dy * np.cos(angle)
    assert np.abs(along).max() <= box["width"] / 2 + 0.01
    assert np.abs(aside).max() <= box["height"] / 2 + 0.01
    # And it is tied to the outline that the drawing has of these very pixels.
    ((bounds, _),) = piece_paths(mask == int(DefectClass.SCRATCH))
    assert group[1]["data-piece"] == outline_id("scratch", *bounds)


def test_the_outlines_are_those_of_the_defects_that_are_counted():
    chance = np.random.default_rng(8)
    mask = np.where(chance.random((60, 60)) < 0.25, int(DefectClass.STAIN), 0).astype(np.uint8)
    found = find_defects(mask, np.ones(mask.shape, dtype=np.float32))
    pieces = piece_paths(mask == int(DefectClass.STAIN))
    counted = sorted((d.bounds_x, d.bounds_y, d.bounds_width, d.bounds_height) for d in found)
    drawn = sorted(bounds for bounds, _ in pieces)
    assert len(counted) > 50
    assert set(counted) <= set(drawn)


def test_an_outline_goes_along_every_edge_once():
    # Two pixels that touch at a corner: one piece, eight edges.
    ((bounds, path),) = piece_paths(np.array([[1, 0], [0, 1]]) == 1)
    assert bounds == (0, 0, 2, 2)
    assert path == "M0 0h1M0 1h2M1 2h1M0 0v1M1 0v2M2 1v1"


def test_an_address_says_of_which_class_outlines_are_shown():
    assert classes_shown("shown") == {"stain", "scratch"}
    assert PartView(outline="stain").outline == "stain"
