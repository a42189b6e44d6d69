"""What the pages say, without a browser."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from dashboard.address import ChartView, MapView, PartsView, PartView
from dashboard.chart_model import chart_model
from dashboard.pages import chart, defect_map, part, parts
from dashboard.pages.cause_form import cause_dialog
from dashboard.pages.chart_heading import map_range
from dashboard.pages.decision_callbacks import cause_of, settle_phase, store_cause
from dashboard.pages.registry import PAGES, page_at
from dashboard.period import period
from dashboard.reader import Approval, ChartData, PartData
from dashboard.router import filtered_search, filters_agree, filters_ask, page_content
from warehouse.errors import NotPublishedError
from warehouse.location import LocationMap
from warehouse.parts import InspectionDetail, InspectionsPage, Neighbours
from warehouse.records import DefectRow, ImageRow, InspectionRow

SHA = "ab" * 32


@pytest.fixture
def counts():
    values = np.random.default_rng(5).poisson(4.0, 150).astype(float)
    values[-4:] += 14
    return values


@pytest.fixture
def charted(reader, characteristic, make_series, make_phase, make_signal, counts, make_state):
    """A characteristic with limits in force and a story of four signals."""
    series = make_series(counts)
    signals = [make_signal(series, at) for at in range(146, 150)]
    data = ChartData(
        characteristic, series, [make_phase(series, 0, 99)], signals, {}, make_state("signal")
    )
    reader.charts[characteristic.characteristic_id] = data
    return data


def inspection(**values) -> InspectionRow:
    row = InspectionRow(
        pass_id="pass 1", revision=1, part_id="P-1", line="A", station="wash", tool="tool-1",
        family="HS-40", lot=None, captured_at=values.pop("at"), model_id=SHA, run_id=3,
        views_expected=2, views_present=1, stain_count=25, largest_stain_area_px=80.5,
        largest_stain_radius_px=6.0, largest_stain_x=0.2, largest_stain_y=0.3,
        total_stain_area_px=400.0, total_stain_pct=1.25, scratch_count=0, longest_scratch_px=0.0,
        total_scratch_area_px=0.0, total_scratch_pct=0.0, largest_stain_area_mm2=None,
        longest_scratch_mm=None, total_stain_area_mm2=None, total_scratch_area_mm2=None,
        surface_px=102400, passed=False, failed_criteria=("stain_count 25 > 20",),
    )  # fmt: skip
    return replace(row, **values)


def image(row: InspectionRow) -> ImageRow:
    return ImageRow(
        image_id=SHA, revision=1, pass_id=row.pass_id, part_id=row.part_id, view_row=1,
        view_column=2, path="a.png", line=row.line, station=row.station, tool=row.tool,
        family=row.family, lot=None, captured_at=row.captured_at, captured_at_source="file time",
        um_per_px=None, width=320, height=200, image_format="PNG", model_id=SHA, run_id=3,
        brightness=1.0, contrast=1.0, focus=1.0, mean_confidence=0.9, background_share=0.9, entropy=0.04,
        inference_ms=9.0,
    )  # fmt: skip


def defect(number: int) -> DefectRow:
    return DefectRow(
        image_id=SHA, revision=1, defect_no=number, defect_class="stain", contour_area=80.5,
        pixel_count=95, circle_x=40.0, circle_y=50.0, circle_radius=6.0, box_x=40.0, box_y=50.0,
        box_width=11.0, box_height=9.0, box_angle=0.0, length=11.0, bounds_x=35, bounds_y=45,
        bounds_width=11, bounds_height=9, confidence=0.913, part_x=0.125, part_y=0.25,
    )  # fmt: skip


def part_data(at, **values) -> PartData:
    row = inspection(at=at, **values)
    detail = InspectionDetail(row, (image(row),), (defect(1), defect(2)))
    return PartData(detail, [row], Neighbours(None, "pass 2"))


def test_the_chart_page_shows_limits_provenance_and_false_alarms(charted, context, words_of):
    words = words_of(chart.content(ChartView(), context))
    for said in ("Stain count", "Signal", "In force", "100 parts", "negative binomial", "A. Person",
                 "a calm week", "one false alarm in about", "Upper specification", "20"):  # fmt: skip
        assert said in words


def test_signals_are_told_as_stories_with_the_rule_in_words(charted, context, words_of):
    words = words_of(chart.content(ChartView(), context))
    assert "1 point beyond the control limit" in words
    assert "Record cause" in words
    # Four neighbouring points, one line; 1 May is no day of it.
    assert "20 May, 02:00 to 05:00" in words


def test_a_period_without_parts_tells_when_the_last_one_came(charted, context, words_of):
    words = words_of(chart.content(ChartView(range="2020-01-01..2020-01-02"), context))
    assert "No parts in 1 Jan 2020 to 2 Jan 2020" in words
    assert "The last one was captured 20 May 2026, 05:00 CEST" in words
    assert "Show all time" in words


def test_a_chart_without_limits_says_why(reader, characteristic, make_series, make_state, context,
                                         words_of):  # fmt: skip
    state = make_state("too few points", reason="12 of 20 parts needed for limits")
    reader.charts["x"] = ChartData(characteristic, make_series([1.0] * 12), [], [], {}, state)
    words = words_of(chart.content(ChartView(characteristic="x"), context))
    assert "No control limits" in words
    assert "12 of 20 parts needed for limits" in words


def test_a_proposal_waits_for_a_person(reader, charted, make_phase, context, words_of):
    proposed = make_phase(charted.series, 0, 119, phase_id=9, status="proposed")
    reader.charts["x"] = replace(charted, phases=[proposed])
    words = words_of(chart.content(ChartView(characteristic="x"), context))
    assert "Limits #9 wait for approval" in words
    assert "Approve" in words


def test_provisional_limits_offer_no_approval(reader, charted, make_phase, context, words_of):
    few = make_phase(charted.series, 0, 39, phase_id=9, status="proposed")
    reader.charts["x"] = replace(charted, phases=[few])
    words = words_of(chart.content(ChartView(characteristic="x"), context))
    assert "provisional" in words
    assert "Approve" not in words


def test_an_unknown_characteristic_is_said_not_raised(charted, context, words_of):
    words = words_of(chart.content(ChartView(characteristic="nope"), context))
    assert "No such characteristic" in words


def test_a_site_without_characteristics_says_so(context, words_of):
    assert "No characteristic yet" in words_of(chart.content(ChartView(), context))


def test_the_table_behind_the_chart_has_its_points(charted, context, words_of):
    words = words_of(chart.content(ChartView(), context))
    assert "Points behind the chart (150)" in words
    assert "P-149" in words


def test_the_form_of_a_cause_opens_for_its_signal(charted, clock, words_of):
    model = chart_model(charted, period("all", clock), clock)
    assert cause_dialog(model, ChartView()) is None
    assert cause_dialog(model, ChartView(signal="nope")) is None
    dialog = cause_dialog(model, ChartView(signal="signal 147"))
    assert dialog.opened
    assert "1 point beyond the control limit" in dialog.title


def test_a_damaged_snapshot_is_a_banner_with_the_cause_on_every_page(reader, context, words_of):
    reader.damaged = True
    for page in PAGES:
        if page.path.startswith(("/settings", "/reprocess", "/help")):
            continue  # they show decisions of the journal, or the program itself
        search = "?inspection=x" if page.path == "/part" else ""
        if page.path in ("/chart", "/limits"):
            search = "?characteristic=x"
        words = words_of(page_content(page, search, context))
        assert "current.duckdb is damaged: publish again" in words, page.path
        assert "/srv" not in words, page.path


def test_before_the_first_run_the_pages_say_so_calmly(reader, context, words_of):
    def unpublished(*_asked):
        raise NotPublishedError("nothing is published yet")

    reader.locations = unpublished
    words = words_of(page_content(page_at("/map"), "", context))
    assert "Nothing published yet" in words
    assert "cannot be read" not in words


def test_who_may_not_decide_sees_no_form(reader, charted, make_phase, context, words_of):
    proposed = make_phase(charted.series, 0, 119, phase_id=9, status="proposed")
    reader.charts["x"] = replace(charted, phases=[proposed])
    view = ChartView(characteristic="x", signal="signal 147")
    words = words_of(chart.content(view, replace(context, may_decide=False)))
    assert "wait for approval" in words
    for form in ("Approve", "Record cause", "What happened"):
        assert form not in words


def test_limits_name_who_approved_them(reader, charted, context, words_of):
    approval = Approval("C. Person", context.clock.now(), "looked fine")
    reader.charts["x"] = replace(charted, approvals={1: approval})
    words = words_of(chart.content(ChartView(characteristic="x"), context))
    assert "by C. Person, 20 May 2026, 06:00 CEST: looked fine" in words


def test_the_map_behind_a_signal_starts_when_it_began(charted, context):
    since = context.clock.now() - timedelta(days=2)
    data = replace(charted, state=replace(charted.state, since=since))
    assert map_range(data, ChartView(), context) == "2026-05-18..2026-05-20"
    calm = replace(charted, state=replace(charted.state, state="in control"))
    assert map_range(calm, ChartView(range="7d"), context) == "7d"


def test_the_part_page_shows_measures_against_specification(charted, reader, context, words_of):
    reader.part_data["pass 1"] = part_data(context.clock.now())
    words = words_of(part.content(PartView(inspection="pass 1"), context))
    for said in ("Part P-1", "Failed", "Failed: Stain count 25 > 20", "≤ 20", "beyond",
                 "file time", "1 of 2", "Defects (2)", "91%", "This part through the stations",
                 "not known"):  # fmt: skip
        assert said in words


def test_a_part_that_does_not_exist_is_said_not_raised(context, words_of):
    assert "No such inspection" in words_of(part.content(PartView(inspection="x"), context))
    assert "No part chosen" in words_of(part.content(PartView(), context))


def test_the_list_asks_for_what_the_address_says(reader, context, words_of):
    reader.page = InspectionsPage([inspection(at=context.clock.now())], 173)
    view = PartsView(
        stream="A/wash/tool-1/HS-40", failed=True, region="stain:0.5,0,1,0.25",
        order="scratch_count-up", where="stain_count:3..",
    )  # fmt: skip
    words = words_of(parts.content(view, context))
    filters, limit, offset = reader.asked[-1]
    # One row is enough to count them all; the grid asks for its own.
    assert (limit, offset) == (1, 0)
    assert (filters.order, filters.ascending) == ("scratch_count", True)
    assert filters.bounds == (("stain_count", 3.0, float("inf")),)
    assert filters.failed_only
    assert filters.streams[0].station == "wash"
    assert filters.region.left == 0.5
    assert "173 inspections" in words
    assert "with a stain in the region 0.50–1.00 across" in words
    assert "with Stain count at least 3" in words


def test_an_empty_list_says_so(context, words_of):
    assert "No part matches" in words_of(parts.content(PartsView(), context))


def test_the_map_compares_with_everything_before(reader, context, words_of):
    counts = np.zeros((32, 32), dtype=np.int64)
    counts[2, 29] = 7
    reader.map = LocationMap(counts, counts.astype(float), 90)
    words = words_of(defect_map.content(MapView(range="7d"), context))
    (_, _, start, end), (_, _, earlier_start, earlier_end) = reader.asked
    assert (earlier_start, earlier_end) == (None, start)
    assert end is None
    assert "Worst cells" in words
    assert "0.92" in words
    assert "90 parts, everything before the last 7 days" in words


def test_a_map_without_parts_says_so(context, words_of):
    assert "No parts in the last 30 days" in words_of(defect_map.content(MapView(), context))


def test_a_stream_that_is_none_is_said_not_raised(context, words_of):
    assert "No such stream" in words_of(defect_map.content(MapView(stream="a/b"), context))


def test_approving_needs_a_name_and_stores_the_decision(reader, clock):
    now = clock.now()
    assert "your name" in settle_phase(reader, 3, who=" ", reason="", now=now, approves=True)
    assert reader.asked == []
    assert settle_phase(reader, 3, who=" B. ", reason="", now=now, approves=True) is None
    assert reader.asked == [("approve", 3, "B.", "approved on the chart page")]


def test_turning_down_needs_a_reason(reader, clock):
    now = clock.now()
    assert "why" in settle_phase(reader, 3, who="B.", reason=" ", now=now, approves=False)
    assert settle_phase(reader, 3, who="B.", reason="bad week", now=now, approves=False) is None
    assert reader.asked == [("turn down", 3, "B.", "bad week")]


def test_a_cause_needs_a_code_of_the_list_and_a_name(reader, clock):
    form = {"signal": "s", "code": "rust", "text": " t ", "action": None, "owner": "O",
            "due": "2026-06-01", "who": "B."}  # fmt: skip
    assert "choose a cause" in store_cause(reader, cause_of(form, clock.now()))
    form |= {"code": "cleaning", "who": " "}
    assert "your name" in store_cause(reader, cause_of(form, clock.now()))
    assert reader.asked == []
    form |= {"who": "B."}
    assert store_cause(reader, cause_of(form, clock.now())) is None
    row = reader.asked[0][1]
    assert (row.text, row.action, row.due) == ("t", "", date(2026, 6, 1))


def test_filters_that_show_the_address_change_nothing():
    page = page_at("/chart")
    given = {"range": "7d", "axis": "time", "clip": False}
    assert filters_agree(page, "?range=7d", given)
    assert not filters_agree(page, "?range=30d", given)
    assert not filters_agree(page, "?range=7d", {})


def test_filters_that_appear_while_the_reader_goes_back_do_not_bring_the_address_back():
    page = page_at("/")
    # Drawn for ?action=1, reported when the address is already "/" again.
    assert not filters_ask(page, "", "?action=1", {"action": True})
    # Changed by the reader: on the page drawn for "/", and back on that for ?action=1.
    assert filters_ask(page, "", "", {"action": True})
    assert filters_ask(page, "?action=1", "?action=1", {"action": False})
    # Before anything was shown only the address counts.
    assert filters_ask(page, "", None, {"action": True})
    assert not filters_ask(page, "?action=1", None, {"action": True})


def test_a_changed_filter_keeps_the_others_and_starts_at_the_first_page():
    page = page_at("/parts")
    search = filtered_search(page, "?stream=a%2Fb%2Fc%2Fd&order=oldest", {"failed": True})
    assert search == "?stream=a%2Fb%2Fc%2Fd&failed=1&order=oldest"
    wall = filtered_search(page_at("/"), "?line=A&page=7", {"action": True})
    assert wall == "?line=A&action=1"


def test_names_from_files_reach_the_page_as_text_only(charted, reader, context, words_of):
    evil = "<script>alert(1)</script>"
    reader.part_data["x"] = part_data(context.clock.now(), part_id=evil, lot=evil)
    words = words_of(part.content(PartView(inspection="x"), context))
    assert evil in words  # as a text node, which React escapes


def test_parts_of_an_unknown_stream_are_not_all_parts(reader, context, words_of):
    assert "No such stream" in words_of(parts.content(PartsView(stream="nothing"), context))
    assert reader.asked == []


def test_limits_of_a_model_in_shadow_come_in_force_with_the_model_only(
    reader, charted, make_phase, context, words_of
):
    shadow = make_phase(charted.series, 0, 119, phase_id=9, status="proposed", model_id="b" * 64)
    reader.charts["x"] = replace(charted, phases=[*charted.phases, shadow])
    words = words_of(chart.content(ChartView(characteristic="x"), context))
    assert "Limits #9 belong to model bbbbbbbbbbbb" in words
    assert "Turn down" not in words
