"""The overview wall: order, grouping, paging, and what a tile says."""

from dataclasses import replace
from datetime import timedelta

from dashboard.address import OverviewView
from dashboard.pages import overview
from dashboard.pages.run_strip import run_strip
from dashboard.sparkline import sparkline_svg
from dashboard.wall import AT_ONCE, wall
from warehouse.records import Stream
from warehouse.series import StreamSummary

WASH = Stream("A", "wash", "tool-1", "HS-40")
COAT = Stream("B", "coat", "tool-2", "HS-40")


def test_the_worst_station_comes_first_and_its_worst_tile_first(make_state):
    states = [
        make_state("in control", stream=WASH),
        make_state("too few points", stream=COAT, metric="stain_count"),
        make_state("signal", stream=COAT, metric="scratch_count"),
        make_state("out of specification", stream=COAT, metric="total_stain_pct"),
    ]
    groups = wall(states, [], OverviewView()).groups
    assert [group.station for group in groups] == ["coat", "wash"]
    assert [tile.state.state for tile in groups[0].tiles] == [
        "out of specification", "signal", "too few points",
    ]  # fmt: skip


def test_an_unknown_state_is_never_taken_for_good(make_state):
    found = wall([make_state("in control"), make_state("surprised")], [], OverviewView())
    assert found.groups[0].tiles[0].state.state == "surprised"
    assert found.needing_action == 1


def test_no_more_than_fifty_tiles_at_once_and_the_worst_on_the_first_page(make_state):
    states = [
        make_state("in control", stream=Stream("A", f"S{at:03d}", "T", "F")) for at in range(120)
    ]
    states[77] = replace(states[77], state="signal")
    first = wall(states, [], OverviewView())
    assert (first.shown, first.pages, first.matching) == (AT_ONCE, 3, 120)
    assert first.groups[0].station == "S077"
    assert wall(states, [], OverviewView(page=3)).shown == 20
    assert wall(states, [], OverviewView(page=99)).shown == 20


def test_streams_with_few_parts_are_collapsed_unless_they_need_action(make_state, clock):
    few = [StreamSummary(COAT, 40, clock.now(), clock.now())]
    states = [make_state(stream=WASH), make_state(stream=COAT)]
    assert [tile.stream for tile in wall(states, few, OverviewView()).collapsed] == [COAT]
    states[1] = make_state("signal", stream=COAT)
    assert wall(states, few, OverviewView()).collapsed == ()


def test_a_young_site_shows_its_few_parts(make_state, clock):
    few = [StreamSummary(WASH, 3, clock.now(), clock.now())]
    found = wall([make_state("too few points")], few, OverviewView())
    assert (found.shown, found.collapsed) == (1, ())


def test_filters_leave_what_was_asked_for(make_state):
    states = [make_state("signal", stream=WASH), make_state(stream=WASH), make_state(stream=COAT)]
    assert wall(states, [], OverviewView(line="B")).matching == 1
    assert wall(states, [], OverviewView(station="wash", action=True)).matching == 1


def test_a_tile_says_state_value_limit_reason_and_age(reader, context, make_state, words_of):
    since = context.clock.now() - timedelta(hours=3)
    reader.states = [make_state("signal", since=since, reason="3 points signalled", open_signals=3)]
    words = words_of(overview.content(OverviewView(), context))
    for part in ("Stain count", "Signal", "5", "limit 12", "Since 03:00: 3 points signalled",
                 "2 h ago", "500 parts", "3 open"):  # fmt: skip
        assert part in words


def test_a_site_without_a_run_is_told_what_to_do(context, words_of):
    words = words_of(overview.content(OverviewView(), context))
    assert "No run yet" in words
    assert "blemish run" in words


def test_a_run_that_stopped_says_why(reader, context, make_run, words_of):
    reader.run = make_run(error="disk full on /plant")
    words = words_of(overview.content(OverviewView(), context))
    assert "did not finish" in words
    assert "disk full on /plant" in words


def test_the_strip_shows_the_ledger_identity(make_run, context, words_of):
    words = words_of(run_strip(make_run(), None, context))
    assert "10 seen = 6 measured + 1 quarantined + 1 ignored + 1 deferred + 1 known" in (
        " ".join(words.split())
    )
    assert "Every file accounted for" in words
    assert "unaccounted" in words_of(run_strip(make_run(seen=11), None, context))


def test_run_now_is_offered_only_where_it_is_possible(make_run, context, words_of):
    assert "Run now" not in words_of(run_strip(make_run(), None, context))
    assert "Run now" in words_of(run_strip(make_run(), None, replace(context, can_run=True)))


def test_a_sparkline_rings_what_is_beyond_a_limit():
    svg = sparkline_svg([1.0, 20.0, 2.0], theme="light", center=2.0, ucl=12.0)
    # One ring and the dot of the newest value.
    assert svg.count("<circle") == 2


def test_a_sparkline_without_values_is_empty_but_a_picture():
    assert "<path" not in sparkline_svg([float("nan")], theme="dark")


def test_a_gap_in_a_sparkline_lifts_the_pen():
    assert sparkline_svg([1.0, float("nan"), 2.0], theme="light").count("M") == 2
