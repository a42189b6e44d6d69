"""What reads less must return the same: months of the map, newest days of a series, streams."""

import random
from datetime import timedelta

import numpy as np
import pytest

from warehouse.batch import write_batch
from warehouse.connection import create_master, open_master
from warehouse.location import GRID, location_counts
from warehouse.records import Stream
from warehouse.series import metric_series, streams

OTHER = Stream("L2", "S1", "T1", "HS")


@pytest.fixture(scope="module")
def written(tmp_path_factory, build):
    """Parts over a year, some of them moved to another month by a revision; what is in force."""
    path = tmp_path_factory.mktemp("scale") / "master.duckdb"
    create_master(path)
    random.seed(5)
    parts, revised = [], []
    latest = {}
    for number in range(120):
        stream = OTHER if number % 3 == 0 else build.stream
        at = build.start + timedelta(hours=number * 73, minutes=random.randrange(60))
        spot = ("stain", random.random(), random.random())
        parts.append(build.part(f"p{number}", at=at, stream=stream, defects=[spot]))
        latest[f"p{number}"] = (at, stream, spot)
        if number % 10 == 4:
            at += timedelta(days=random.choice((-35, 1, 40)))
            again = build.part(f"p{number}", at=at, stream=stream, defects=[spot], revision=2)
            revised.append(again)
            latest[f"p{number}"] = (at, stream, spot)
    with open_master(path) as connection:
        write_batch(connection, build.batch(*parts))
        for again in revised:
            write_batch(connection, again)
        yield connection, latest


def test_a_map_over_months_days_and_hours_counts_each_part_once(written, build):
    connection, latest = written
    for seed in range(25):
        random.seed(seed)
        start = build.start + timedelta(hours=random.randrange(-500, 7000))
        end = start + timedelta(hours=random.choice((5, 30, 700, 1500, 9000)))
        if seed % 5 == 0:
            start = start.replace(day=1, hour=0)
        chosen = [None, [OTHER]][seed % 2]
        counts = np.zeros((GRID, GRID), dtype=int)
        for at, stream, (_, x, y) in latest.values():
            if start <= at < end and (chosen is None or stream in chosen):
                counts[min(31, int(32 * y)), min(31, int(32 * x))] += 1
        found = location_counts(
            connection, defect_class="stain", streams=chosen, start=start, end=end
        )
        np.testing.assert_array_equal(found.counts, counts)
        assert found.parts_inspected == counts.sum()


def test_the_newest_points_are_the_last_of_all(written, build):
    connection, _ = written
    for model_id in (None, build.model_id):
        every = metric_series(connection, build.stream, "stain_count", model_id=model_id)
        for limit in (1, 2, 17, 79, 80, 500):
            end = build.start + timedelta(days=200)
            newest = metric_series(
                connection, build.stream, "stain_count", model_id=model_id, limit=limit
            )
            assert newest.pass_ids == every.pass_ids[-limit:]
            before = metric_series(
                connection, build.stream, "stain_count", model_id=model_id, end=end
            )
            ended = metric_series(
                connection, build.stream, "stain_count", model_id=model_id, end=end, limit=limit
            )
            assert ended.pass_ids == before.pass_ids[-limit:]


def test_a_stream_begins_and_ends_with_its_parts(written):
    connection, latest = written
    for summary in streams(connection):
        times = [at for at, stream, _ in latest.values() if stream == summary.stream]
        assert (summary.inspections, summary.first_at, summary.last_at) == (
            len(times),
            min(times),
            max(times),
        )
