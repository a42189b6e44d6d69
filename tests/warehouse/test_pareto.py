import pytest

from warehouse.batch import Batch, write_batch
from warehouse.pareto import ParetoCount, pareto_counts
from warehouse.records import Stream


@pytest.fixture
def plant(connection, build):
    rows = [
        build.inspection(
            f"p{n}", captured_at=build.at(n), station=station, lot=lot, stain_count=stains,
            scratch_count=scratches, passed=passed, failed_criteria=criteria,
        )
        for n, (station, lot, stains, scratches, passed, criteria) in enumerate((
            ("S1", "A", 3, 1, True, ()),
            ("S1", "B", 9, 0, False, ("stain_count 9 > 5",)),
            ("S2", None, 7, 4, False, ("stain_count 7 > 5", "scratch_count 4 > 2")),
            ("S3", "A", 0, 0, None, ()),
        ))
    ]  # fmt: skip
    write_batch(connection, Batch(inspections=tuple(rows), models=(build.model(),)))
    return connection


def counted(found):
    return [(one.label, one.count, one.of) for one in found]


def test_stations_count_their_defects_of_so_many_inspections(plant):
    assert counted(pareto_counts(plant, "station", "defects")) == [
        ("L1 / S1", 13, 2),
        ("L1 / S2", 11, 1),
    ]


def test_failed_inspections_by_lot_name_those_without_one(plant):
    assert counted(pareto_counts(plant, "lot", "failed")) == [
        ("B", 1, 1),
        ("lot not known", 1, 1),
    ]


def test_an_inspection_that_broke_two_limits_counts_in_both(plant):
    assert pareto_counts(plant, "criterion", "failed") == [
        ParetoCount("stain_count", 2),
        ParetoCount("scratch_count", 1),
    ]


def test_classes_count_defects_or_the_failed_inspections_that_have_them(plant):
    assert counted(pareto_counts(plant, "class", "defects")) == [
        ("stain", 19, 4),
        ("scratch", 5, 4),
    ]
    assert counted(pareto_counts(plant, "class", "failed")) == [("stain", 2, 4), ("scratch", 1, 4)]


def test_a_stream_and_a_period_limit_what_is_counted(plant, build):
    second = [Stream("L1", "S2", "T1", "HS")]
    assert counted(pareto_counts(plant, "tool", "defects", streams=second)) == [
        ("L1 / S2 / T1", 11, 1)
    ]
    first = pareto_counts(plant, "station", "defects", start=build.at(0), end=build.at(1))
    assert counted(first) == [("L1 / S1", 4, 1)]
    assert pareto_counts(plant, "station", "defects", start=build.at(9)) == []
    assert pareto_counts(plant, "class", "defects", start=build.at(9)) == []
