import pytest

from warehouse.batch import Batch, write_batch
from warehouse.errors import WarehouseError
from warehouse.steps import station_steps

DAY = 24 * 60


def write(connection, build, *passes):
    rows = [
        build.inspection(
            f"{part}-{station}-{minute}", part_id=part, station=station,
            captured_at=build.at(minute), stain_count=count, **fields,
        )
        for part, station, minute, count, fields in passes
    ]  # fmt: skip
    write_batch(connection, Batch(inspections=tuple(rows), models=(build.model(),)))


def test_a_step_sums_the_changes_of_the_same_parts_by_day(connection, build):
    write(
        connection, build,
        ("a", "S1", 0, 1, {}), ("a", "S2", 60, 4, {}),
        ("b", "S1", 5, 2, {}), ("b", "S2", 65, 1, {}),
        ("c", "S1", DAY, 0, {}), ("c", "S2", DAY + 60, 5, {}),
        ("alone", "S1", 7, 9, {}),
    )  # fmt: skip
    (step,) = station_steps(connection, "stain_count")
    assert (step.line, step.station_before, step.station, step.other_model) == ("L1", "S1", "S2", 0)
    # First day: +3 and -1 on parts that had 1 and 2; second day: +5 on one that had none.
    assert step.pairs.tolist() == [2, 1]
    assert step.before.tolist() == [3.0, 0.0]
    assert step.changes.tolist() == [2.0, 5.0]
    assert step.squares.tolist() == [10.0, 25.0]


def test_of_passes_in_a_row_the_last_is_compared_with_the_first_at_the_next_station(
    connection, build
):
    write(
        connection, build,
        ("a", "S1", 0, 9, {}), ("a", "S1", 20, 1, {}),
        ("a", "S2", 60, 3, {}), ("a", "S2", 90, 8, {}),
        ("a", "S3", 120, 8, {}),
    )  # fmt: skip
    found = station_steps(connection, "stain_count")
    assert [(one.station_before, one.station, one.changes.tolist()) for one in found] == [
        ("S1", "S2", [2.0]),
        ("S2", "S3", [0.0]),
    ]


def test_passes_that_two_models_measured_are_counted_apart(connection, build):
    write(
        connection, build,
        ("a", "S1", 0, 1, {}), ("a", "S2", 60, 4, {"model_id": "b" * 64}),
        ("b", "S1", 0, 1, {}), ("b", "S2", 60, 2, {}),
    )  # fmt: skip
    (step,) = station_steps(connection, "stain_count")
    assert (step.pairs.tolist(), step.changes.tolist(), step.other_model) == ([1], [1.0], 1)


def test_the_later_pass_decides_the_period_and_the_earlier_one_may_lie_before_it(connection, build):
    write(
        connection, build,
        ("a", "S1", 0, 1, {}), ("a", "S2", 60, 4, {}),
        ("b", "S1", 100, 1, {}), ("b", "S2", 200, 3, {}),
    )  # fmt: skip
    (step,) = station_steps(connection, "stain_count", start=build.at(150), end=build.at(201))
    assert step.changes.tolist() == [2.0]
    assert station_steps(connection, "stain_count", start=build.at(201)) == []
    assert station_steps(connection, "stain_count", end=build.at(60)) == []


def test_lines_and_families_can_be_chosen(connection, build):
    write(
        connection, build,
        ("a", "S1", 0, 1, {}), ("a", "S2", 60, 4, {}),
        ("b", "S1", 0, 1, {"line": "L2"}), ("b", "S2", 60, 3, {"line": "L2"}),
        ("c", "S1", 0, 1, {"family": "XL"}), ("c", "S2", 60, 8, {"family": "XL"}),
    )  # fmt: skip
    (second,) = station_steps(connection, "stain_count", line="L2")
    assert (second.line, second.changes.tolist()) == ("L2", [2.0])
    (other,) = station_steps(connection, "stain_count", family="XL")
    assert other.changes.tolist() == [7.0]
    assert len(station_steps(connection, "stain_count")) == 2


def test_a_corrected_measurement_replaces_the_old_one(connection, build):
    write(connection, build, ("a", "S1", 0, 1, {}), ("a", "S2", 60, 4, {}))
    again = build.inspection(
        "a-S2-60", revision=2, part_id="a", station="S2", captured_at=build.at(60), stain_count=6
    )
    write_batch(connection, Batch(inspections=(again,)))
    (step,) = station_steps(connection, "stain_count")
    assert step.changes.tolist() == [5.0]


def test_an_unknown_metric_is_refused_with_the_known_ones(connection):
    with pytest.raises(WarehouseError, match="no metric 'rust'; the metrics are stain_count"):
        station_steps(connection, "rust")
