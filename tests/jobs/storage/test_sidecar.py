from dataclasses import fields
from datetime import UTC, datetime

from jobs.arrival.scan import FoundFile
from jobs.arrival.sightings import Sighting
from jobs.measurement.sidecar import (
    Measurement,
    arrival_of,
    measurements,
    sidecar,
    sighting_of,
    with_measurement,
)
from warehouse.archive import Archive
from warehouse.records import ArrivalRow, Stream

AT = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
SHA = "ab" * 32
SIGHTING = Sighting(
    found=FoundFile(raw=b"cam/A1.png", path="cam/A1.png", size=10, mtime_ns=11, inode=12),
    stream=Stream("L1", "S/1", "T", "HS"),
    part_id="007",
    captured_at=AT,
    captured_at_source="manifest",
    view=(1, 2),
    lot=None,
    pass_name="second",
    um_per_px=12.5,
    remark="doubted",
)
ARRIVAL = ArrivalRow("cam/A1.png", 3, "measured", "", SHA, 10, 11, 12, AT, 4, "doubted")


def stored(tmp_path):
    archive = Archive(tmp_path)
    content = with_measurement(
        sidecar(SIGHTING, ARRIVAL, "pass-1"), Measurement(1, 2, "m" * 64, "s" * 64, 4)
    )
    archive.store_sidecar(SHA, content)
    return archive.read_sidecar(SHA)


def test_everything_a_row_needs_comes_back_from_the_file(tmp_path):
    content = stored(tmp_path)
    back = sighting_of(content)
    for field in fields(Sighting):
        assert getattr(back, field.name) == getattr(SIGHTING, field.name), field.name
    assert arrival_of(content, SHA) == ARRIVAL
    assert content["pass"] == "second"


def test_a_measurement_of_the_same_revision_replaces_and_another_is_added(tmp_path):
    content = stored(tmp_path)
    later = Measurement(2, 3, "n" * 64, "s" * 64, 5)
    both = with_measurement(with_measurement(content, later), later)
    assert [each.revision for each in measurements(both)] == [1, 2]
    assert measurements(both)[1] == later


def test_a_sidecar_of_the_first_format_is_read(tmp_path):
    content = stored(tmp_path)
    old = {
        name: content[name]
        for name in ("path", "part_id", "pass_id", "pass", "view", "line", "station", "tool")
    }
    old |= {name: content[name] for name in ("family", "lot", "captured_at", "um_per_px")}
    old |= {"captured_at_source": "manifest", "run_id": 4}
    old |= {"model_id": "m" * 64, "settings_hash": "s" * 64}
    assert measurements(old) == [Measurement(1, 1, "m" * 64, "s" * 64, 4)]
    assert sighting_of(old).part_id == "007"
    assert arrival_of(old, SHA).size == 0
