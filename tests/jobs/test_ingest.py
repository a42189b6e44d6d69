import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from jobs.errors import SourceMissingError
from jobs.ingest import ingest
from jobs.settings import parse_settings
from warehouse.archive import Archive
from warehouse.connection import open_master
from warehouse.errors import RunLockedError
from warehouse.lock import lock_holder, run_lock
from warehouse.runs import latest_runs

pytestmark = pytest.mark.usefixtures("in_process")
HOUR = 3600


def words(report):
    return {file.path: (file.outcome, file.reason) for file in report.files}


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def age(path, seconds=HOUR):
    """Make a file look as if it arrived a while ago."""
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def holds_identity(totals):
    parts = (totals.measured, totals.quarantined, totals.ignored, totals.deferred, totals.known)
    return totals.seen == sum(parts)


def test_measured_images_are_rows_of_the_picture_the_defect_and_the_part(site, settings, picture):
    # Squares of 8 and 5 pixels: 64 and 25 pixels, outlines through the centres 7 x 7 and 4 x 4.
    (site.inbox / "A1.png").write_bytes(picture((10, 10, 8), (40, 40, 5)))
    report = ingest(site, settings)
    assert words(report) == {"A1.png": ("measured", "")}
    inspection = rows(
        site,
        "SELECT part_id, line, station, stain_count, total_stain_area_px, largest_stain_area_px,"
        " scratch_count, views_present, passed FROM inspection",
    )
    assert inspection == [("A1", "line-1", "station-1", 2, 89.0, 49.0, 0, 1, None)]
    image = rows(site, "SELECT path, width, height, captured_at_source, image_format FROM image")
    assert image == [("A1.png", 64, 64, "file time", "png")]
    assert rows(site, "SELECT defect_no, defect_class, pixel_count FROM defect ORDER BY ALL") == [
        (1, "stain", 64),
        (2, "stain", 25),
    ]
    assert rows(site, "SELECT name FROM model") == [("tiny",)]


def test_a_run_that_finds_nothing_new_adds_nothing(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    (site.inbox / "notes.txt").write_bytes(b"x")
    (site.inbox / "bad.png").write_bytes(picture()[:60])
    ingest(site, settings)
    before = rows(site, "SELECT * EXCLUDE (run_id) FROM arrival ORDER BY path")
    second = ingest(site, settings)
    assert (second.totals.seen, second.totals.known, second.files) == (3, 3, ())
    assert second.model_id is None
    assert rows(site, "SELECT * EXCLUDE (run_id) FROM arrival ORDER BY path") == before
    assert rows(site, "SELECT count(*) FROM inspection") == [(1,)]


def test_the_ledger_identity_holds_over_every_kind_of_file(site, settings, picture, tmp_path):
    waits = "part_id,image,captured_at,lot,station\nW,W.png,yesterday,,\n"
    (site.inbox / "m.csv").write_text(waits, encoding="utf-8")
    for name, data in {
        "A1.png": picture(shade=1),
        "again/A1-copy.png": picture(shade=1),
        "W.png": picture(shade=2),
        "cut.png": picture(shade=3)[:80],
        "notes.txt": b"x",
        ".hidden.png": b"x",
        "copy.png.part": b"x",
        "text.png": b"no picture",
        "bad\nname.png": picture(shade=4),
    }.items():
        (site.inbox / name).parent.mkdir(exist_ok=True)
        (site.inbox / name).write_bytes(data)
    os.mkfifo(site.inbox / "pipe.png")
    (site.inbox / "link.png").symlink_to(tmp_path)
    report = ingest(site, settings)
    assert words(report) == {
        "A1.png": ("measured", ""),
        "again/A1-copy.png": ("known", "DUPLICATE_CONTENT"),
        "W.png": ("deferred", "WAITING"),
        "cut.png": ("quarantined", "TRUNCATED"),
        "notes.txt": ("ignored", "WRONG_TYPE"),
        ".hidden.png": ("ignored", "HIDDEN"),
        "copy.png.part": ("ignored", "TEMPORARY"),
        "text.png": ("quarantined", "WRONG_TYPE"),
        "bad\nname.png": ("quarantined", "BAD_NAME"),
        "pipe.png": ("ignored", "NOT_A_FILE"),
        "link.png": ("ignored", "SYMLINK"),
    }
    assert report.totals.seen == 11
    assert holds_identity(report.totals)
    again = ingest(site, settings)
    assert words(again) == {"W.png": ("deferred", "WAITING")}
    assert (again.totals.known, again.totals.deferred) == (10, 1)
    assert holds_identity(again.totals)


def test_a_duplicate_is_flagged_with_the_first_name_and_is_no_part(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    ingest(site, settings)
    (site.inbox / "A2.png").write_bytes(picture())
    report = ingest(site, settings)
    assert report.files[0].reason == "DUPLICATE_CONTENT"
    assert report.files[0].detail == "same bytes as A1.png"
    assert rows(site, "SELECT count(*) FROM inspection") == [(1,)]


def test_other_content_under_a_measured_name_is_held(site, settings, picture):
    path = site.inbox / "A1.png"
    path.write_bytes(picture(shade=1))
    ingest(site, settings)
    path.write_bytes(picture(shade=2))
    assert words(ingest(site, settings)) == {"A1.png": ("quarantined", "NAME_CONFLICT")}
    path.write_bytes(picture(shade=3))
    assert words(ingest(site, settings)) == {"A1.png": ("quarantined", "NAME_CONFLICT")}
    assert rows(site, "SELECT count(*) FROM image") == [(1,)]
    held = [json.loads(note.read_text()) for note in site.quarantine.glob("*.json")]
    assert [note["path"] for note in held] == ["A1.png", "A1.png"]
    # The first content back in its place is the measured one.
    path.write_bytes(picture(shade=1))
    assert words(ingest(site, settings)) == {"A1.png": ("known", "ALREADY_MEASURED")}


def test_two_pictures_of_one_view_in_one_pass_are_both_held(site, settings, picture):
    text = "part_id,image,captured_at,lot,station,view\n"
    text += "A1,a.png,2026-01-01T10:00:00Z,,,r1c1\nA1,b.png,2026-01-01T10:05:00Z,,,r1c1\n"
    (site.inbox / "m.csv").write_text(text, encoding="utf-8")
    (site.inbox / "a.png").write_bytes(picture(shade=1))
    (site.inbox / "b.png").write_bytes(picture(shade=2))
    report = ingest(site, settings)
    assert words(report) == dict.fromkeys(("a.png", "b.png"), ("quarantined", "NAME_CONFLICT"))
    assert rows(site, "SELECT count(*) FROM inspection") == [(0,)]


def test_the_same_name_in_another_folder_is_another_part(site, settings, picture):
    for number, day in enumerate(("mon", "tue")):
        (site.inbox / day).mkdir()
        (site.inbox / day / "A1.png").write_bytes(picture(shade=number))
        ingest(site, settings)
    assert rows(site, "SELECT count(*), count(DISTINCT pass_id) FROM inspection") == [(2, 2)]


def test_a_young_file_that_cannot_be_decoded_is_tried_again(site, settings, picture):
    waiting = settings.model_copy(
        update={"inbox": settings.inbox.model_copy(update={"quiet_seconds": 600.0})}
    )
    path = site.inbox / "A1.png"
    path.write_bytes(picture()[:60])
    assert words(ingest(site, waiting)) == {"A1.png": ("deferred", "STILL_WRITING")}
    age(path)
    assert words(ingest(site, waiting)) == {"A1.png": ("quarantined", "TRUNCATED")}
    (note,) = site.quarantine.glob("*.json")
    assert json.loads(note.read_text())["closed_at"] is None
    # It arrives whole after all: measured, and the entry in the quarantine says so.
    path.write_bytes(picture())
    assert words(ingest(site, waiting)) == {"A1.png": ("measured", "")}
    assert json.loads(note.read_text())["closed_at"] is not None
    assert rows(site, "SELECT change_no, outcome FROM arrival ORDER BY 1") == [
        (1, "deferred"),
        (2, "quarantined"),
        (3, "measured"),
    ]


def test_refused_bytes_are_kept_with_the_reason_for_their_owner_only(site, settings, picture):
    name = "x" * 251 + ".png"
    (site.inbox / name).write_bytes(picture()[:60])
    ingest(site, settings)
    (note,) = site.quarantine.glob("*.json")
    kept = note.with_name(note.name.removesuffix(".json"))
    assert kept.read_bytes() == picture()[:60]
    assert json.loads(note.read_text())["reason"] == "TRUNCATED"
    assert {path.stat().st_mode & 0o777 for path in (note, kept)} == {0o600}


def test_a_name_that_fits_after_a_change_of_the_settings_is_measured(
    site, settings, picture, tiny_model
):
    (site.inbox / "A1.png").write_bytes(picture())
    inbox = "quiet_seconds = 0\nfile_pattern = 'cam-{part_id}'"
    narrow = parse_settings(f"[inbox]\n{inbox}\n[inference]\nmodel = '{tiny_model}'", where="test")
    assert words(ingest(site, narrow)) == {"A1.png": ("quarantined", "BAD_NAME")}
    assert ingest(site, narrow).totals.known == 1
    assert words(ingest(site, settings)) == {"A1.png": ("measured", "")}


def test_views_of_one_part_are_one_inspection_and_a_late_view_revises_it(site, settings, picture):
    (site.inbox / "A1_r1c1.png").write_bytes(picture((10, 10, 8)))
    (site.inbox / "A1_r1c2.png").write_bytes(picture((10, 10, 6)))
    ingest(site, settings)
    latest = "SELECT revision, views_present, stain_count FROM inspection ORDER BY revision"
    assert rows(site, latest) == [(1, 2, 2)]
    (site.inbox / "A1_r1c3.png").write_bytes(picture((20, 10, 6), (40, 40, 4)))
    ingest(site, settings)
    assert rows(site, latest) == [(1, 2, 2), (2, 3, 4)]
    assert rows(site, "SELECT count(DISTINCT pass_id) FROM image") == [(1,)]


def test_a_part_is_judged_by_the_limits_of_the_settings(site, settings, picture):
    text = "[specification]\nstain_count = 1\nscratch_count = 0"
    limited = settings.model_copy(
        update={"specification": parse_settings(text, where="test").specification}
    )
    (site.inbox / "bad.png").write_bytes(picture((10, 10, 8), (40, 40, 5)))
    (site.inbox / "good.png").write_bytes(picture((10, 10, 8)))
    ingest(site, limited)
    found = rows(site, "SELECT part_id, passed, failed_criteria FROM inspection ORDER BY 1")
    assert found == [("bad", False, ["stain_count 2 > 1"]), ("good", True, [])]


def test_the_archive_holds_what_the_rows_can_be_rebuilt_from(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture((10, 10, 8)))
    report = ingest(site, settings)
    ((image_id, model_id),) = rows(site, "SELECT image_id, model_id FROM image")
    archive = Archive(site.archive)
    assert archive.read_image(image_id) == picture((10, 10, 8))
    assert archive.read_mask(image_id, model_id).startswith(b"\x89PNG")
    sidecar = archive.read_sidecar(image_id)
    (made,) = sidecar["measurements"]
    assert (sidecar["part_id"], sidecar["path"], made["model_id"]) == (
        "A1",
        "A1.png",
        report.model_id,
    )
    assert archive.read_settings(made["settings_hash"])["inbox"]["quiet_seconds"] == 0


def test_a_file_time_that_cannot_be_is_replaced_and_said(site, settings, picture):
    path = site.inbox / "A1.png"
    path.write_bytes(picture())
    far = datetime(2099, 1, 1, tzinfo=UTC).timestamp()
    os.utime(path, (far, far))
    report = ingest(site, settings)
    assert words(report) == {"A1.png": ("measured", "")}
    assert "1 files have a time that cannot be right" in report.warnings[0]
    ((captured_at,),) = rows(site, "SELECT captured_at FROM inspection")
    assert captured_at <= datetime.now(UTC)


def test_a_late_file_with_an_old_time_is_taken(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture(shade=1))
    ingest(site, settings)
    path = site.inbox / "A0.png"
    path.write_bytes(picture(shade=2))
    age(path, 400 * 24 * HOUR)
    assert words(ingest(site, settings)) == {"A0.png": ("measured", "")}


def test_a_missing_inbox_is_an_error_of_the_run(site, settings):
    site.inbox.rmdir()
    with pytest.raises(SourceMissingError, match="source missing"):
        ingest(site, settings)
    with open_master(site.master) as connection:
        (run,) = latest_runs(connection, 1)
    assert "source missing" in (run.error or "")
    assert run.finished_at is not None


def test_an_empty_inbox_that_was_not_empty_before_is_a_warning(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    ingest(site, settings)
    (site.inbox / "A1.png").unlink()
    report = ingest(site, settings)
    assert "the inbox is empty, but 1 files came from it before" in report.warnings[0]


def test_a_second_run_at_the_same_time_is_refused(site, settings):
    with run_lock(site.lock_file, "test"), pytest.raises(RunLockedError, match="in progress"):
        ingest(site, settings)


def test_who_asks_meanwhile_is_told_the_number_of_the_run(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    holders = []
    ingest(site, settings, progress=lambda *_: holders.append(lock_holder(site.lock_file)))
    assert holders
    assert {holder.run_id for holder in holders} == {1}


def test_the_report_is_the_document_of_the_contract(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    document = json.loads(json.dumps(ingest(site, settings).to_dict()))
    assert {key: document[key] for key in ("run_id", "seen", "measured", "known")} == {
        "run_id": 1,
        "seen": 1,
        "measured": 1,
        "known": 0,
    }
    assert document["files"] == [
        {"path": "A1.png", "outcome": "measured", "reason": "", "detail": ""}
    ]
    assert document["manifests"] == []


def test_more_pictures_than_a_batch_are_all_measured_once(site, settings, picture):
    for number in range(70):
        (site.inbox / f"P{number:03}.png").write_bytes(picture(shade=number))
    told = []
    report = ingest(site, settings, progress=lambda stage, done, total: told.append((done, total)))
    assert report.totals.measured == 70
    assert told == [(64, 70), (70, 70)]
    assert rows(site, "SELECT count(*), count(DISTINCT image_id) FROM image") == [(70, 70)]


def test_a_clock_is_taken_for_what_has_no_time_of_its_own(site, settings, picture):
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    (site.inbox / "A1.png").write_bytes(picture())
    ingest(site, settings, clock=lambda: noon + timedelta(0))
    assert rows(site, "SELECT started_at FROM ingest_run") == [(noon,)]
