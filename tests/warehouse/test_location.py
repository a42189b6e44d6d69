import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from warehouse.batch import Batch, write_batch
from warehouse.intervals import BEGINNING, END, Interval, split_days
from warehouse.location import GRID, location_counts
from warehouse.records import Stream


def cells(found):
    rows, columns = np.nonzero(found.counts)
    return {(int(y), int(x)): int(found.counts[y, x]) for y, x in zip(rows, columns, strict=True)}


@pytest.fixture
def stored(connection, build):
    """Three parts on two days and two streams; cells worked out by hand."""
    write_batch(
        connection,
        build.batch(
            # (0.05, 0.2): column floor(1.6) = 1, row floor(6.4) = 6. Twice there, once elsewhere.
            build.part(
                "a", defects=[("stain", 0.05, 0.2), ("stain", 0.06, 0.21), ("stain", 0.5, 0.5)]
            ),
            # The far edge belongs to the last cell; a scratch is another class.
            build.part("b", at=build.at(60), defects=[("stain", 1.0, 1.0), ("scratch", 0.0, 0.0)]),
            build.part(
                "c",
                at=build.start + timedelta(days=1),
                stream=Stream("L1", "S2", "T1", "HS"),
                defects=[("stain", 0.05, 0.2)],
            ),
            build.part("d", at=build.at(90), defects=[]),
        ),
    )
    return connection


def test_a_part_counts_once_in_a_cell(stored):
    found = location_counts(stored, defect_class="stain")
    assert found.counts.shape == (GRID, GRID)
    assert cells(found) == {(6, 1): 2, (16, 16): 1, (31, 31): 1}
    # 100 pixels per defect: part a has two in the cell, part c one.
    assert found.area_px[6, 1] == 300.0
    assert found.parts_inspected == 4


def test_classes_are_counted_apart(stored):
    found = location_counts(stored, defect_class="scratch")
    assert cells(found) == {(0, 0): 1}
    assert found.parts_inspected == 4


def test_streams_can_be_chosen(stored, build):
    one = location_counts(stored, defect_class="stain", streams=[build.stream])
    none = location_counts(stored, defect_class="stain", streams=[])
    assert (cells(one), one.parts_inspected) == ({(6, 1): 1, (16, 16): 1, (31, 31): 1}, 3)
    assert (cells(none), none.parts_inspected) == ({}, 0)


def test_a_piece_of_a_day_comes_from_the_defects(stored, build):
    found = location_counts(stored, defect_class="stain", start=build.at(30), end=build.at(91))
    assert (cells(found), found.parts_inspected) == ({(31, 31): 1}, 2)


def test_the_end_is_not_in_the_interval(stored, build):
    found = location_counts(
        stored, defect_class="stain", streams=[build.stream], start=build.start, end=build.at(60)
    )
    assert found.parts_inspected == 1


def test_whole_days_and_their_edges_add_up(stored, build):
    # From the middle of the first day to the middle of the third: an edge, a whole day, an edge.
    start, end = build.at(30), build.start + timedelta(days=2)
    found = location_counts(stored, defect_class="stain", start=start, end=end)
    assert (cells(found), found.parts_inspected) == ({(31, 31): 1, (6, 1): 1}, 3)


def test_an_empty_interval_is_empty(stored, build):
    found = location_counts(stored, defect_class="stain", start=build.start, end=build.start)
    assert (cells(found), found.parts_inspected) == ({}, 0)


def test_the_split_of_an_interval_looks_at_half_a_day_at_most_at_either_end():
    chance = random.Random(31)
    begin = datetime(2026, 2, 26, tzinfo=UTC)
    for _ in range(500):
        start = begin + timedelta(minutes=chance.randrange(6000))
        end = start + timedelta(minutes=chance.randrange(1, 6000))
        split = split_days(Interval(start, end))
        held = timedelta()
        if split.days is not None:
            held = timedelta(days=(split.days[1] - split.days[0]).days)
            assert all(one.end - one.start <= timedelta(hours=12) for _, one in split.signed)
        assert held + sum(
            (sign * (one.end - one.start) for sign, one in split.signed), timedelta()
        ) == (end - start)
    everything = split_days(Interval.between(None, None))
    assert everything.days == (BEGINNING.date(), END.date())
    assert everything.signed == ()


def test_any_interval_counts_what_a_look_at_every_defect_counts(connection, build):
    """Parts of one and two views, the second up to two days late, in intervals of any length."""
    chance = random.Random(30)
    expected, firsts, seconds = [], [], []
    for number in range(80):
        at = build.start + timedelta(minutes=chance.randrange(5 * 24 * 60))
        spots = [("stain", chance.random(), chance.random()) for _ in range(chance.randrange(3))]
        part = build.part(f"p{number}", at=at, defects=spots)
        firsts.append(part)
        if number % 4 == 0:
            late = at + timedelta(minutes=chance.choice((1, 700, 2000)))
            second = build.image(f"second-{number}", f"p{number}", captured_at=late)
            spot = build.defect(second.image_id, part_x=0.99, part_y=chance.random())
            inspection = build.inspection(f"p{number}", captured_at=at, revision=2, views_present=2)
            seconds.append(Batch(images=(second,), defects=(spot,), inspections=(inspection,)))
            spots = [*spots, ("stain", spot.part_x, spot.part_y)]
        expected.append((at, {(int(32 * y), int(32 * x)) for _, x, y in spots}))
    write_batch(connection, build.batch(*firsts))
    write_batch(connection, build.batch(*seconds))
    for _ in range(60):
        start = build.start + timedelta(minutes=chance.randrange(-600, 5 * 24 * 60))
        end = start + timedelta(minutes=chance.choice((10, 300, 900, 1700, 4000, 9000)))
        inside = [places for at, places in expected if start <= at < end]
        counts = {}
        for place in [one for places in inside for one in places]:
            counts[place] = counts.get(place, 0) + 1
        found = location_counts(connection, defect_class="stain", start=start, end=end)
        assert (cells(found), found.parts_inspected) == (counts, len(inside))
        assert (found.area_px >= 0).all()
        assert (found.area_px[found.counts == 0] == 0).all()
