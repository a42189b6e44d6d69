from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from warehouse.batch import Batch, BatchCounts, write_batch
from warehouse.errors import BatchError, WarehouseDamagedError, WarehouseFullError
from warehouse.ledger import known_arrivals
from warehouse.parts import inspection_detail
from warehouse.transaction import transaction

TABLES = ("arrival", "image", "defect", "inspection", "model", "daily_rollup", "location_rollup")


def counts(connection):
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES
    }


def test_every_field_of_a_part_comes_back(connection, build):
    image = build.image(
        "i1", "p1", view_row=0, view_column=2, lot="lot 7", um_per_px=12.5, path="a/ü '\n\";.png"
    )
    defect = build.defect("i1", defect_class="scratch")
    inspection = build.inspection(
        "p1",
        lot="lot 7",
        views_expected=2,
        largest_stain_radius_px=None,
        largest_stain_area_mm2=0.25,
        passed=False,
        failed_criteria=("stain_count 7 > 5", 'a "quoted" one'),
    )
    write_batch(
        connection,
        Batch(
            images=(image,), defects=(defect,), inspections=(inspection,), models=(build.model(),)
        ),
    )
    detail = inspection_detail(connection, "p1")
    assert detail.inspection == inspection
    assert detail.images == (image,)
    assert detail.defects == (defect,)


def test_a_batch_written_twice_adds_nothing(connection, build):
    batch = build.batch(build.part("p1"), build.part("p2", at=build.at(1)))
    first = write_batch(connection, batch)
    stored = counts(connection)
    assert first == BatchCounts(arrivals=2, images=2, defects=2, inspections=2, models=1)
    assert write_batch(connection, batch) == BatchCounts(0, 0, 0, 0, 0)
    assert counts(connection) == stored


def test_a_batch_that_overlaps_a_stored_one_adds_only_what_is_new(connection, build):
    write_batch(connection, build.part("p1"))
    added = write_batch(connection, build.batch(build.part("p1"), build.part("p2")))
    assert asdict(added) == {
        "arrivals": 1,
        "images": 1,
        "defects": 1,
        "inspections": 1,
        "models": 0,
    }


def test_an_empty_batch_is_harmless(connection):
    assert write_batch(connection, Batch()) == BatchCounts(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("table", "fields", "message"),
    [
        ("inspections", {"stain_count": -1}, "stain_count >= 0"),
        ("inspections", {"total_stain_pct": 100.5}, "total_stain_pct"),
        ("inspections", {"surface_px": 0}, "surface_px > 0"),
        ("images", {"captured_at_source": "guess"}, "captured_at_source"),
        ("images", {"background_share": float("nan")}, "NOT NULL"),
        ("images", {"focus": float("inf")}, "isfinite"),
        ("defects", {"defect_class": "dent"}, "defect_class"),
        ("defects", {"part_x": 1.01}, "part_x"),
        ("defects", {"pixel_count": 2.5}, "pixel_count has a value of another type"),
        ("arrivals", {"outcome": "lost"}, "outcome"),
        ("arrivals", {"path": "\udcff.png"}, r"path holds '\\udcff', a surrogate"),
        ("inspections", {"failed_criteria": ("\udcff",)}, "failed_criteria holds"),
        ("images", {"part_id": 7}, "part_id has a value that is no text"),
        ("images", {"captured_at": datetime(2026, 3, 2, 8)}, "has no time zone"),  # noqa: DTZ001
    ],
)
def test_a_row_that_breaks_a_rule_stops_its_whole_batch(connection, build, table, fields, message):
    batch = build.batch(build.part("p1"), build.part("p2"))
    *rest, last = getattr(batch, table)
    broken = replace(batch, **{table: (*rest, replace(last, **fields))})
    with pytest.raises(BatchError, match=message):
        write_batch(connection, broken)
    assert set(counts(connection).values()) == {0}
    # The connection is good for the next batch.
    assert write_batch(connection, batch).images == 2


def test_a_defect_without_its_image_is_refused(connection, build):
    with pytest.raises(BatchError, match="comes without its image"):
        write_batch(connection, Batch(defects=(build.defect("i1"),)))


def test_rows_of_many_kinds_of_missing_values_are_stored_as_missing(connection, build):
    # The first thousand rows say nothing of the type of lot: DuckDB must not guess it.
    inspections = [build.inspection(f"p{number}") for number in range(1500)]
    inspections[-1] = replace(inspections[-1], lot="007", passed=True)
    write_batch(connection, Batch(inspections=tuple(inspections)))
    found = connection.execute("SELECT count(lot), max(lot), count(passed) FROM inspection")
    assert found.fetchone() == (1, "007", 1)


def test_the_ledger_keeps_every_change_and_knows_the_latest(connection, build):
    first = build.arrival("a.png", outcome="quarantined", reason="TRUNCATED", inode=2**64 - 1)
    later = replace(first, change_no=2, outcome="measured", reason="", size=2000)
    write_batch(connection, Batch(arrivals=(first,)))
    write_batch(connection, Batch(arrivals=(later, build.arrival("b.png"))))
    assert known_arrivals(connection)["a.png"] == later
    assert counts(connection)["arrival"] == 3


def test_a_time_in_another_zone_is_the_same_instant(connection, build):
    berlin = build.start.astimezone().astimezone(UTC) + timedelta(0)
    write_batch(connection, build.part("p1", at=berlin))
    assert inspection_detail(connection, "p1").inspection.captured_at == build.start


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Could not write file: No space left on device", WarehouseFullError),
        ("Could not fsync file: Input/output error", WarehouseDamagedError),
    ],
)
def test_trouble_with_the_volume_is_named(connection, message, kind):
    with pytest.raises(kind, match=r"full|could not be written"), transaction(connection):
        raise duckdb.IOException(message)


def test_an_error_that_is_not_ours_passes_and_rolls_back(connection, build):
    def write_and_fail():
        with transaction(connection):
            connection.execute("INSERT INTO schema_version (version, name) VALUES (999, 'x')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    found = connection.execute("SELECT count(*) FROM schema_version WHERE version = 999")
    assert found.fetchone() == (0,)
