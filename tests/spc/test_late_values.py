"""Stored subgroups: late values join their window or lot, and never shift groups that are closed."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spc.errors import ChartError, TimesError, ValuesError
from spc.late_values import Arrival, Group, Grouping, extended, plotted


def arrivals(*times, labels=None):
    marks = labels or [None] * len(times)
    return [Arrival(f"p{time:g}", time, label) for time, label in zip(times, marks, strict=True)]


def members(groups):
    return {group.name: group.members for group in groups}


def test_a_late_value_joins_its_window_and_moves_nothing_else():
    hours = Grouping(window=60.0)
    before = extended((), arrivals(10.0, 70.0, 130.0), hours)
    after = extended(before, arrivals(20.0), hours)
    assert members(after) == {"0": ("p10", "p20"), "60": ("p70",), "120": ("p130",)}
    assert [group.late for group in after] == [True, False, False]


def test_a_late_value_of_a_window_without_values_makes_a_late_group_in_its_place():
    hours = Grouping(window=60.0)
    after = extended(extended((), arrivals(10.0, 130.0), hours), arrivals(70.0), hours)
    assert [(group.name, group.late) for group in plotted(after)] == [
        ("0", False),
        ("60", True),
        ("120", False),
    ]


def test_a_late_value_joins_its_lot_also_after_the_next_lot_has_begun():
    lots = Grouping(lots=True)
    before = extended((), arrivals(1.0, 2.0, 3.0, labels=["A", "A", "B"]), lots)
    after = extended(before, arrivals(2.5, 4.0, labels=["A", "B"]), lots)
    assert members(after) == {"A": ("p1", "p2", "p2.5"), "B": ("p3", "p4")}
    assert [group.late for group in after] == [True, False]


def test_late_values_of_consecutive_groups_form_groups_of_their_own():
    threes = Grouping(size=3)
    before = extended((), arrivals(1.0, 2.0, 3.0, 4.0), threes)
    after = extended(before, arrivals(0.5, 1.5, 5.0, 6.0), threes)
    assert members(after) == {
        "1": ("p1", "p2", "p3"),
        "2": ("p4", "p5", "p6"),
        "3": ("p0.5", "p1.5"),
    }
    assert [(group.closed, group.late) for group in after] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_the_same_values_again_change_nothing():
    pairs = Grouping(size=2)
    once = extended((), arrivals(1.0, 2.0, 3.0), pairs)
    assert extended(once, arrivals(3.0, 2.0, 1.0), pairs) == once


@given(
    st.lists(st.lists(st.integers(0, 200), max_size=8), max_size=8),
    st.sampled_from([Grouping(size=3), Grouping(window=20.0)]),
)
def test_members_are_never_moved_and_closed_groups_never_change(nights, grouping):
    groups: tuple[Group, ...] = ()
    for night in nights:
        after = extended(groups, arrivals(*map(float, night)), grouping)
        for old, new in zip(groups, after, strict=False):
            assert new.name == old.name
            assert new.members[: len(old.members)] == old.members
            assert not old.closed or new == old
        groups = after
    keys = [key for group in groups for key in group.members]
    assert sorted(keys) == sorted({f"p{time:g}" for night in nights for time in night})
    # Groups in order hold what came in order: no member is older than those of the group before.
    if grouping.size is not None:
        in_order = [group for group in groups if not group.late]
        assert all(a.last <= b.first for a, b in pairwise(in_order))


@pytest.mark.parametrize(
    ("size", "window", "words"),
    [
        (None, None, "name one"),
        (3, 9.0, "name one"),
        (1, None, "at least 2"),
        (None, 0.0, "above 0"),
    ],
)
def test_a_grouping_that_means_nothing_is_refused(size, window, words):
    with pytest.raises(ChartError, match=words):
        Grouping(size=size, window=window)


def test_values_without_time_or_lot_are_refused():
    with pytest.raises(TimesError, match="time of 'a' is missing"):
        extended((), [Arrival("a", math.nan)], Grouping(size=2))
    with pytest.raises(ValuesError, match="'a' has no lot"):
        extended((), [Arrival("a", 1.0)], Grouping(lots=True))
