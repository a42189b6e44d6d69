"""Files that come again, change in place, heal, or are another file with the same picture."""

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from jobs.arrival.recheck import recheck
from jobs.arrival.scan import scan_inbox
from jobs.ingest import ingest
from jobs.settings import parse_settings
from warehouse.connection import open_master
from warehouse.ledger import known_arrivals

pytestmark = pytest.mark.usefixtures("in_process")


def words(report):
    return {file.path: (file.outcome, file.reason) for file in report.files}


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def changed_in_place(path, data):
    """Other bytes in the same file, with the size and the time it had."""
    before = path.stat()
    assert len(data) == before.st_size
    with path.open("r+b") as file:
        file.write(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ino,
    )


def test_a12_the_same_picture_packed_anew_is_a_duplicate(site, settings, picture):
    pixels = cv2.imdecode(np.frombuffer(picture((10, 10, 8)), np.uint8), cv2.IMREAD_COLOR)
    (site.inbox / "A1.png").write_bytes(picture((10, 10, 8)))
    ingest(site, settings)
    packed = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 0])[1].tobytes()
    assert packed != picture((10, 10, 8))
    (site.inbox / "A2.png").write_bytes(packed)
    (site.inbox / "A3.bmp").write_bytes(cv2.imencode(".bmp", pixels)[1].tobytes())
    report = ingest(site, settings)
    assert words(report) == dict.fromkeys(("A2.png", "A3.bmp"), ("known", "DUPLICATE_CONTENT"))
    assert {file.detail for file in report.files} == {"same pixels as A1.png in another file"}
    assert rows(site, "SELECT count(*) FROM image") == [(1,)]
    assert ingest(site, settings).totals.known == 3


def test_one_other_pixel_is_another_picture(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture(shade=1))
    (site.inbox / "A2.png").write_bytes(picture(shade=2))
    assert ingest(site, settings).totals.measured == 2


def test_a13_content_that_changed_under_the_same_stat_is_found(site, settings, picture):
    path = site.inbox / "A1.bmp"
    path.write_bytes(picture(ending=".bmp"))
    ingest(site, settings)
    changed_in_place(path, picture((10, 10, 8), ending=".bmp"))
    report = ingest(site, settings)
    assert words(report) == {"A1.bmp": ("quarantined", "NAME_CONFLICT")}
    assert "other content under the same size and time; the first: A1.bmp" in report.warnings[0]
    assert rows(site, "SELECT change_no, outcome FROM arrival ORDER BY 1") == [
        (1, "measured"),
        (2, "quarantined"),
    ]
    assert ingest(site, settings).totals.known == 1


def test_no_known_file_is_read_where_the_settings_say_so(site, settings, picture):
    path = site.inbox / "A1.bmp"
    path.write_bytes(picture(ending=".bmp"))
    ingest(site, settings)
    changed_in_place(path, picture((10, 10, 8), ending=".bmp"))
    never = settings.model_copy(
        update={"inbox": settings.inbox.model_copy(update={"recheck_files": 0})}
    )
    assert words(ingest(site, never)) == {}


def test_each_file_has_its_turn(site, settings, picture):
    for number in range(40):
        (site.inbox / f"A{number}.txt").write_bytes(b"x")
        (site.inbox / f"P{number}.png").write_bytes(picture(shade=number))
    ingest(site, settings)
    with open_master(site.master) as connection:
        ledger = known_arrivals(connection)
    files = list(scan_inbox(site.inbox, {".png"}))
    turns = [
        recheck(site.inbox, files, ledger, about=10, run_id=run, max_bytes=10**6).read
        for run in range(4)
    ]
    assert sum(turns) == 40
    assert max(turns) <= 20


def test_a17_a_cut_file_that_arrives_whole_closes_its_entry_with_a_link(site, settings, picture):
    path = site.inbox / "A1.png"
    path.write_bytes(picture()[:100])
    assert words(ingest(site, settings)) == {"A1.png": ("quarantined", "TRUNCATED")}
    (note,) = site.quarantine.glob("*.json")
    path.write_bytes(picture())
    ingest(site, settings)
    entry = json.loads(note.read_text("utf-8"))
    ((image_id,),) = rows(site, "SELECT image_id FROM image")
    assert entry["measured_sha256"] == image_id
    assert entry["closed_at"]


def test_a17_an_entry_is_closed_by_a_duplicate_too(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    (site.inbox / "again.png").write_bytes(picture()[:100])
    ingest(site, settings)
    (site.inbox / "again.png").write_bytes(picture())
    assert words(ingest(site, settings)) == {"again.png": ("known", "DUPLICATE_CONTENT")}
    (note,) = site.quarantine.glob("*.json")
    assert json.loads(note.read_text("utf-8"))["closed_at"]


def manifest(sha256):
    head = "part_id,image,captured_at,lot,station,sha256\n"
    return f"{head}A1,A1.jpg,2026-01-01T10:00:00Z,,,{sha256}\n"


def test_c02_bytes_that_are_not_those_of_the_manifest_are_refused(site, settings, picture):
    data = picture(ending=".jpg")
    (site.inbox / "A1.jpg").write_bytes(data)
    (site.inbox / "m.csv").write_text(manifest("0" * 64), encoding="utf-8")
    report = ingest(site, settings)
    assert words(report) == {"A1.jpg": ("quarantined", "CORRUPT")}
    assert "the manifest gives SHA-256 000" in report.files[0].detail
    assert words(ingest(site, settings)) == {}
    # The manifest was wrong; put right, the picture is measured.
    ((digest,),) = rows(site, "SELECT sha256 FROM arrival WHERE path = 'A1.jpg'")
    (site.inbox / "m.csv").write_text(manifest(digest.upper()), encoding="utf-8")
    assert words(ingest(site, settings)) == {"A1.jpg": ("measured", "")}


def test_c02_young_bytes_that_are_not_those_of_the_manifest_are_waited_for(
    site, tiny_model, picture
):
    text = f"[inbox]\nquiet_seconds = 600\n[inference]\nmodel = '{tiny_model}'"
    (site.inbox / "A1.jpg").write_bytes(picture(ending=".jpg"))
    (site.inbox / "m.csv").write_text(manifest("0" * 64), encoding="utf-8")
    report = ingest(site, parse_settings(text, where="test"))
    assert words(report) == {"A1.jpg": ("deferred", "STILL_WRITING")}


def test_c11_a_dead_camera_makes_no_part(site, settings):
    dead = cv2.imencode(".png", np.zeros((64, 64, 3), np.uint8))[1].tobytes()
    (site.inbox / "A1.png").write_bytes(dead)
    report = ingest(site, settings)
    assert words(report) == {"A1.png": ("quarantined", "IMPLAUSIBLE")}
    assert "brightness 0 is below 12" in report.files[0].detail
    assert rows(site, "SELECT count(*) FROM inspection") == [(0,)]


def test_what_a_picture_shows_is_stored_with_it(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    ingest(site, settings)
    columns = "dark_share, saturated_share, flat_share, repeated_share, noise_share"
    assert rows(site, f"SELECT {columns} FROM latest_image") == [(0.0, 0.0, 0.0, 0.0, 0.0)]
    stored = rows(site, "SELECT sharpness > 3, detail > 25, chroma > 60, pixel_key FROM image")
    assert stored[0][:3] == (True, True, True)
    assert isinstance(stored[0][3], int)


def test_a04_a_file_that_vanishes_between_listing_and_reading_is_counted(
    site, settings, picture, monkeypatch
):
    (site.inbox / "A1.png").write_bytes(picture(shade=1))
    (site.inbox / "A2.png").write_bytes(picture(shade=2))
    real = scan_inbox

    def listed_then_gone(*arguments):
        yield from list(real(*arguments))
        Path(site.inbox / "A1.png").unlink(missing_ok=True)

    monkeypatch.setattr("jobs.measurement.steps.scan_inbox", listed_then_gone)
    report = ingest(site, settings)
    assert words(report) == {"A1.png": ("ignored", "VANISHED"), "A2.png": ("measured", "")}
