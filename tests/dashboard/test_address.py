"""The address holds the whole view, and nothing in it can break a page."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import (
    ChartView,
    MapView,
    OverviewView,
    PartsView,
    PartView,
    ScreeningView,
    address,
    changed,
    query_of,
    read_view,
)
from dashboard.period import before, is_period, period
from dashboard.region import read_region, region_text

VIEWS = (OverviewView, ChartView, MapView, PartView, PartsView)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.data(), st.sampled_from(VIEWS))
def test_every_view_comes_back_from_its_own_address(data, kind):
    view = kind()
    for one in fields(view):
        choices = dict(one.metadata).get("choices", ())
        if isinstance(one.default, bool):
            drawn = data.draw(st.booleans())
        elif isinstance(one.default, int):
            drawn = data.draw(st.integers(0, 10**8))
        elif one.metadata:
            drawn = data.draw(st.sampled_from([*choices, one.default]))
        else:
            drawn = data.draw(texts)
        view = changed(view, {one.name: drawn})
        assert getattr(view, one.name) == drawn
    assert read_view(kind, query_of(view)) == view
    assert address(view).startswith("/")


@given(st.text(max_size=300), st.sampled_from(VIEWS))
def test_no_query_string_breaks_a_view(search, kind):
    assert read_view(kind, query_of(read_view(kind, search))) == read_view(kind, search)


@pytest.mark.parametrize(
    ("search", "kept"),
    [
        ("?range=9y", "90d"),
        ("?range=7d", "7d"),
        ("?range=2026-05-01..2026-05-03", "2026-05-01..2026-05-03"),
        ("?range=2026-05-03..2026-05-01", "90d"),
        ("?range=" + "7" * 5000, "90d"),
    ],
)
def test_a_period_that_is_none_keeps_the_default(search, kept):
    assert read_view(ChartView, search).range == kept


def test_a_page_number_is_a_plain_number():
    assert read_view(ScreeningView, "?page=-3").page == 1
    assert read_view(ScreeningView, "?page=٣").page == 1
    assert read_view(ScreeningView, "?page=99999999999999999999").page == 1


def test_a_megabyte_of_query_is_cut_not_parsed():
    assert read_view(OverviewView, "?station=" + "x" * 1_000_000).station == ""


def test_days_of_a_period_are_plant_days_across_the_change_of_the_clock(clock):
    # Europe/Berlin, 29 March 2026: the day has 23 hours.
    found = period("2026-03-29..2026-03-29", clock)
    assert found.start == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert found.end == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_a_relative_period_follows_the_clock(clock):
    assert period("24h", clock).start == datetime(2026, 5, 19, 4, tzinfo=UTC)
    assert period("24h", clock).end is None


def test_what_came_before_ends_where_the_period_starts(clock):
    assert before(period("7d", clock)).end == period("7d", clock).start
    assert before(period("all", clock)) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_period_or_region(text):
    is_period(text)
    read_region(text)


@given(*[st.floats(-2, 3)] * 4)
def test_a_region_of_the_map_comes_back_within_the_part(left, top, right, bottom):
    found = read_region(region_text("scratch", left, top, right, bottom))
    if found is not None:
        assert 0 <= found.left < found.right <= 1
        assert 0 <= found.top < found.bottom <= 1
