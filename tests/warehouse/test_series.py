import numpy as np
import pytest

from warehouse.batch import Batch, write_batch
from warehouse.errors import WarehouseError
from warehouse.records import METRICS, Stream
from warehouse.series import metric_series, streams


def test_a_series_is_oldest_first_with_ties_by_pass(connection, build):
    rows = [
        build.inspection("c", captured_at=build.at(1), stain_count=3, passed=True),
        build.inspection("b", captured_at=build.at(1), stain_count=2),
        build.inspection("a", captured_at=build.at(2), stain_count=5, passed=False),
        build.inspection("other", station="S2"),
    ]
    write_batch(connection, Batch(inspections=tuple(rows), models=(build.model(),)))
    series = metric_series(connection, build.stream, "stain_count")
    assert len(series) == 3
    assert series.pass_ids == ["b", "c", "a"]
    assert series.part_ids == ["part-b", "part-c", "part-a"]
    assert series.values.tolist() == [2.0, 3.0, 5.0]
    assert series.passed == [None, True, False]
    assert series.model_ids == [build.model_id] * 3
    assert series.captured_at.dtype == np.dtype("datetime64[us]")
    assert series.captured_at[0] == np.datetime64("2026-03-02T08:01:00")


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_reads_its_own_column(connection, build, metric):
    fields = {name: float(number) for number, name in enumerate(METRICS)}
    fields |= {"stain_count": 0, "scratch_count": 3}
    write_batch(connection, Batch(inspections=(build.inspection("p", **fields),)))
    assert metric_series(connection, build.stream, metric).values.tolist() == [fields[metric]]


def test_an_interval_is_half_open_and_a_limit_keeps_the_newest(connection, build):
    rows = [build.inspection(f"p{n}", captured_at=build.at(n)) for n in range(6)]
    write_batch(connection, Batch(inspections=tuple(rows)))
    within = metric_series(
        connection, build.stream, "stain_count", start=build.at(1), end=build.at(4)
    )
    newest = metric_series(connection, build.stream, "stain_count", end=build.at(4), limit=2)
    assert within.pass_ids == ["p1", "p2", "p3"]
    assert newest.pass_ids == ["p2", "p3"]


def test_a_phase_reads_what_its_own_model_measured(connection, build):
    other = "b" * 64
    write_batch(connection, build.part("p1", stain_count=1))
    write_batch(connection, build.part("p2", at=build.at(1), stain_count=2))
    write_batch(connection, build.part("p1", revision=2, stain_count=5))
    write_batch(connection, build.part("p1", revision=3, stain_count=7, model_id=other))

    def points(**choice):
        series = metric_series(connection, build.stream, "stain_count", **choice)
        return list(zip(series.pass_ids, series.values.tolist(), series.model_ids, strict=True))

    assert points(model_id=build.model_id) == [
        ("p1", 5.0, build.model_id),
        ("p2", 2.0, build.model_id),
    ]
    assert points(model_id=other) == [("p1", 7.0, other)]
    assert points() == [("p1", 7.0, other), ("p2", 2.0, build.model_id)]


def test_a_stream_without_data_gives_an_empty_series(connection):
    series = metric_series(connection, Stream("a", "b", "c", "d"), "stain_count")
    assert (len(series), series.values.shape, series.captured_at.shape) == (0, (0,), (0,))


def test_an_unknown_metric_names_the_known_ones(connection, build):
    with pytest.raises(WarehouseError, match=r"no metric 'dents'; the metrics are stain_count"):
        metric_series(connection, build.stream, "dents")


def test_streams_count_each_pass_once(connection, build):
    write_batch(connection, build.part("p1"))
    write_batch(connection, build.part("p1", revision=2))
    write_batch(connection, build.part("p2", at=build.at(5)))
    write_batch(connection, build.part("p3", stream=Stream("L0", "S", "T", "HS")))
    found = streams(connection)
    assert [(one.stream.line, one.inspections) for one in found] == [("L0", 1), ("L1", 2)]
    assert (found[1].first_at, found[1].last_at) == (build.start, build.at(5))
