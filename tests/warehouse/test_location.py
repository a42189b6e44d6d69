from datetime import timedelta

import numpy as np
import pytest

from warehouse.batch import write_batch
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
