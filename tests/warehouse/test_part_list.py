"""Every stretch of the list of inspections is that of one plain sorting."""

import random
from datetime import timedelta

import pytest

from warehouse.batch import Batch, write_batch
from warehouse.part_list import inspections_page
from warehouse.parts import PartFilters
from warehouse.records import METRICS, Stream

PARTS = 300
OTHER = Stream("L2", "S1", "T1", "HS")


@pytest.fixture(scope="module")
def rows(build):
    """Parts over nine days with many equal values and times; some were measured again."""
    chance = random.Random(3)
    found = []
    for number in range(PARTS):
        stream = chance.choice([build.stream, OTHER])
        found.append(
            build.inspection(
                f"p{chance.randrange(10**6)}-{number}",
                line=stream.line,
                station=stream.station,
                captured_at=build.start + timedelta(minutes=30 * chance.randrange(432)),
                lot=f"lot {number % 3}",
                stain_count=chance.choice([0, 0, 0, 1, 2, 5]),
                total_stain_pct=chance.choice([0.0, chance.random()]),
                largest_stain_area_px=chance.choice([0.0, 900 * chance.random()]),
                scratch_count=chance.randrange(3),
                passed=chance.choice([True, False, None]),
            )
        )
    return found


@pytest.fixture(scope="module")
def measured(rows, tmp_path_factory):
    from warehouse.connection import create_master, open_master  # noqa: PLC0415 - one warehouse for all

    path = tmp_path_factory.mktemp("list") / "master.duckdb"
    create_master(path)
    with open_master(path) as connection:
        write_batch(connection, Batch(inspections=tuple(rows)))
        yield connection


@pytest.fixture(autouse=True)
def small_spans(monkeypatch):
    # So that three hundred parts are a long list.
    monkeypatch.setattr("warehouse.part_list.NEAR", 20)
    monkeypatch.setattr("warehouse.part_list.MANY", 30)


def plainly(rows, filters):
    """The list by Python's own sorting, which keeps the order of equals."""
    start, end = filters.start, filters.end
    kept = [
        row
        for row in rows
        if (filters.streams is None or row.stream in filters.streams)
        and (start is None or row.captured_at >= start)
        and (end is None or row.captured_at < end)
        and (filters.part_id_contains or "").lower() in row.part_id.lower()
        and filters.lot in {None, row.lot}
        and (not filters.failed_only or row.passed is False)
        and all(low <= getattr(row, metric) <= high for metric, low, high in filters.bounds)
    ]
    kept.sort(key=lambda row: row.pass_id)
    kept.sort(key=lambda row: row.captured_at, reverse=True)
    if filters.order in METRICS:
        kept.sort(key=lambda row: getattr(row, filters.order), reverse=True)
    if filters.ascending != (filters.order == "oldest"):
        kept.reverse()
    return [row.pass_id for row in kept]


def choices(build):
    inner = {"start": build.at(700), "end": build.at(7 * 1440 + 11)}
    return {
        "all": {},
        "one stream": {"streams": [OTHER]},
        "two streams": {"streams": [OTHER, build.stream]},
        "no stream": {"streams": []},
        "pieces of days": inner,
        "within a day": {"start": build.at(700), "end": build.at(760)},
        "failed": {"failed_only": True},
        "a name": {"part_id_contains": "-1"},
        "a lot": {"lot": "lot 1", **inner},
        "values": {"bounds": (("stain_count", 1, 5), ("scratch_count", 0, 1))},
    }


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("order", ["newest", "oldest", "stain_count", "largest_stain_area_px"])
def test_every_stretch_is_that_of_a_plain_sorting(measured, rows, build, order, ascending):
    for name, chosen in choices(build).items():
        filters = PartFilters(order=order, ascending=ascending, **chosen)
        expected = plainly(rows, filters)
        for offset in (0, 7, 120, max(len(expected) - 9, 0), len(expected) + 5):
            page = inspections_page(measured, filters, 10, offset)
            found = [row.pass_id for row in page.rows]
            assert (found, page.total) == (expected[offset : offset + 10], len(expected)), (
                name,
                offset,
            )


def test_a_measurement_again_takes_the_place_of_the_one_before(connection, build):
    first = [build.inspection(name, stain_count=count) for name, count in (("a", 1), ("b", 2))]
    write_batch(connection, Batch(inspections=tuple(first)))
    again = build.inspection("a", revision=2, stain_count=3)
    write_batch(connection, Batch(inspections=(again,)))
    page = inspections_page(connection, PartFilters(order="stain_count"))
    assert [(row.pass_id, row.stain_count) for row in page.rows] == [("a", 3), ("b", 2)]
    assert page.total == 2
