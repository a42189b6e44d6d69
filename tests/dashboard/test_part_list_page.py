"""The list of parts: what its grid asks for, what it is given, and what stands in the address."""

import csv
import io
import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.address import PartsView, query_of, read_view
from dashboard.list_conditions import (
    conditions_text,
    grid_conditions,
    grid_filters,
    read_conditions,
)
from dashboard.pages.parts_callbacks import rows_for
from dashboard.pages.parts_grid import asked_view, columns, grid_id, order_of, ordering
from dashboard.pages.registry import page_at
from dashboard.parts_export import MOST, parts_csv
from dashboard.router import content_stays
from warehouse.parts import InspectionsPage
from warehouse.records import METRICS, InspectionRow

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)


def inspection(**values) -> InspectionRow:
    row = InspectionRow(
        pass_id="pass <1>", revision=1, part_id="=P-1", line="A", station="wash", tool="tool-1",
        family="HS-40", lot=None, captured_at=NOW, model_id="m", run_id=3, views_expected=None,
        views_present=1, stain_count=25, largest_stain_area_px=80.5, largest_stain_radius_px=6.0,
        largest_stain_x=0.2, largest_stain_y=0.3, total_stain_area_px=400.0, total_stain_pct=1.25,
        scratch_count=0, longest_scratch_px=0.0, total_scratch_area_px=0.0, total_scratch_pct=0.0,
        largest_stain_area_mm2=None, longest_scratch_mm=None, total_stain_area_mm2=None,
        total_scratch_area_mm2=None, surface_px=102400, passed=False,
        failed_criteria=("stain_count 25 > 20",),
    )  # fmt: skip
    return replace(row, **values)


def test_the_grid_is_given_the_rows_it_asks_for(reader, context):
    reader.page = InspectionsPage([inspection(), inspection(passed=None)], 10_000_000)
    view = PartsView(order="stain_count-up", where="total_stain_pct:1..2", failed=True)
    given = rows_for(view, {"startRow": 9_999_900, "endRow": 10_000_000}, context)
    filters, limit, offset = reader.asked[-1]
    assert (limit, offset) == (100, 9_999_900)
    assert (filters.order, filters.ascending, filters.failed_only) == ("stain_count", True, True)
    assert filters.bounds == (("total_stain_pct", 1.0, 2.0),)
    assert given["rowCount"] == 10_000_000
    first, second = given["rowData"]
    assert first == {
        "part": "=P-1", "href": "/part?inspection=pass+%3C1%3E",
        "captured": "20 May 2026, 06:00 CEST", "place": "A / wash / tool-1", "verdict": "Failed",
        "stain_count": "25", "total_stain_pct": "1.25 %", "largest_stain_area_px": "80.5 px²",
        "scratch_count": "0", "longest_scratch_px": "0 px", "total_scratch_pct": "0 %",
    }  # fmt: skip
    assert second["verdict"] == "Not judged"


@pytest.mark.parametrize(
    ("request_", "asked"),
    [
        ({}, (1, 0)),
        ({"startRow": -5, "endRow": 95}, (95, 0)),
        ({"startRow": "0; DROP", "endRow": None}, (1, 0)),
        ({"startRow": 0, "endRow": 10**12}, (100, 0)),
        ({"startRow": 10**30, "endRow": 10**31}, (1, 10**9)),
        ({"startRow": True, "endRow": [1]}, (1, 0)),
    ],
)
def test_a_request_that_no_grid_makes_is_cut_to_a_size(reader, context, request_, asked):
    rows_for(PartsView(), request_, context)
    assert reader.asked[-1][1:] == asked


def test_what_the_heads_of_the_grid_say_goes_into_the_address_and_back(clock):
    request = {
        "sortModel": [{"colId": "scratch_count", "sort": "asc", "type": "default"}],
        "filterModel": {
            "stain_count": {"filterType": "number", "type": "greaterThanOrEqual", "filter": 3},
            "total_stain_pct": {
                "filterType": "number", "type": "inRange", "filter": 0.5, "filterTo": 2
            },
        },
    }  # fmt: skip
    view = asked_view(PartsView(stream="a/b/c/d", failed=True), request)
    search = query_of(view)
    assert search == (
        "?stream=a%2Fb%2Fc%2Fd&failed=1&order=scratch_count-up"
        "&where=stain_count%3A3..%2Ctotal_stain_pct%3A0.5..2"
    )
    again = read_view(PartsView, search)
    assert grid_filters(read_conditions(again.where)) == request["filterModel"]
    heads = {one["field"]: one.get("sort") for one in columns(again, clock)}
    assert {name: way for name, way in heads.items() if way} == {"scratch_count": "asc"}
    assert asked_view(again, request) == again


@pytest.mark.parametrize("order", ["newest", "oldest", *METRICS, *(f"{one}-up" for one in METRICS)])
def test_every_order_of_an_address_is_one_of_the_grid(order):
    assert read_view(PartsView, f"?order={order}").order == order
    by, way = ordering(order)
    assert order_of([{"colId": by, "sort": way}]) == order


@pytest.mark.parametrize(
    "model",
    [
        None, {"colour": {"type": "inRange", "filter": 1, "filterTo": 2}},
        {"stain_count": {"type": "equals", "filter": 1}}, {"stain_count": "3"},
        {"stain_count": {"type": "greaterThanOrEqual", "filter": "1); DROP"}},
        {"stain_count": {"type": "lessThanOrEqual", "filter": math.nan}},
        {"stain_count": {"type": "inRange", "filter": 4, "filterTo": 3}},
        {"stain_count": {"type": "inRange", "filter": {"a": 1}, "filterTo": [2]}},
    ],
)  # fmt: skip
def test_a_filter_that_the_list_has_not_is_dropped(model):
    assert grid_conditions(model) == ()


def test_conditions_are_written_as_they_are_read():
    bounds = (("stain_count", 3.0, math.inf), ("total_stain_pct", -math.inf, 0.25))
    assert read_conditions(conditions_text(bounds)) == bounds


def test_another_list_is_another_grid():
    ids = {
        grid_id(view)["of"] for view in (PartsView(), PartsView(failed=True), PartsView(part="x"))
    }
    assert len(ids) == 3


def test_the_grid_stays_when_only_its_own_heads_were_used():
    page = page_at("/parts")
    assert content_stays(page, "?failed=1", "?failed=1&order=oldest&where=stain_count:3..")
    assert not content_stays(page, "?failed=1", "?order=oldest")
    # Asked for again as it is: by another theme, or a decision.
    assert not content_stays(page, "?failed=1", "?failed=1")
    assert not content_stays(page_at("/"), "", "?line=A")


def test_the_export_says_its_filters_and_holds_no_formula(reader, context):
    reader.page = InspectionsPage([inspection()], MOST + 1)
    view = PartsView(failed=True, part="p-", where="stain_count:3..", order="stain_count")
    text = parts_csv(view, context).text
    assert reader.asked[-1][1:] == (MOST, 0)
    lines = text.split("\r\n")
    for said in (
        "# stream,all", "# period,all time", "# part name contains,p-", "# verdict,failed only",
        "# values,Stain count at least 3", "# order,stain_count",
        '# rows,"the first 50,000 of 50,001 inspections"',
    ):  # fmt: skip
        assert said in lines
    table = "\n".join(line for line in lines if not line.startswith("#"))
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["part_id"], row["passed"], row["stain_count"]) == ("'=P-1", "false", "25")
    assert row["failed_criteria"] == "stain_count 25 > 20"
    assert row["captured_at_utc"] == "2026-05-20T04:00:00+00:00"
