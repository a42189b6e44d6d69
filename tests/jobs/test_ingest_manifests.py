import json
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from jobs.arrival.manifest import parse_manifest
from jobs.ingest import ingest
from jobs.settings import parse_settings
from warehouse.connection import open_master

pytestmark = pytest.mark.usefixtures("in_process")
HEAD = "part_id,image,captured_at,lot,station"
TEN = "2026-01-05T10:00:00Z"


def words(report):
    return {file.path: (file.outcome, file.reason) for file in report.files}


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def write(path, *lines, head=HEAD):
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")


def with_inbox(settings, text):
    return settings.model_copy(
        update={"inbox": parse_settings(f"[inbox]\n{text}", where="test").inbox}
    )


def test_a_manifest_says_what_the_pictures_are(site, settings, picture):
    write(
        site.inbox / "line 2" / "m.csv",
        f"007,a.png,{TEN},L1,S9,T3,2.5",
        head=f"{HEAD},tool,um_per_px",
    )
    (site.inbox / "line 2" / "a.png").write_bytes(picture((10, 10, 9)))
    report = ingest(site, settings)
    assert words(report) == {"line 2/a.png": ("measured", "")}
    (manifest,) = report.manifests
    assert (manifest.path, manifest.outcome, manifest.rows) == ("line 2/m.csv", "accepted", 1)
    found = rows(
        site,
        "SELECT part_id, line, station, tool, lot, captured_at, largest_stain_area_mm2 FROM inspection",
    )
    # 8 x 8 px of 2.5 µm: 64 x 6.25 µm².
    captured = datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert found == [("007", "line-1", "S9", "T3", "L1", captured, pytest.approx(0.0004))]
    assert rows(site, "SELECT captured_at_source FROM image") == [("manifest",)]
    assert list((site.archive / "manifests").iterdir())


def test_manifests_are_no_files_of_the_ledger_and_are_reported_once(site, settings, picture):
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},,")
    (site.inbox / "a.png").write_bytes(picture())
    assert ingest(site, settings).totals.seen == 1
    second = ingest(site, settings)
    assert (second.totals.seen, second.totals.known, second.manifests) == (1, 1, ())


def test_a_bad_row_holds_its_own_image_only(site, settings, picture):
    write(
        site.inbox / "m.csv", f"A1,a.png,{TEN},,", "A2,b.png,05/01/2026,,", f"A3,../c.png,{TEN},,"
    )
    for number, name in enumerate("abc"):
        (site.inbox / f"{name}.png").write_bytes(picture(shade=number))
    report = ingest(site, settings)
    # The row of c.png names no file of the inbox, so the name of the file counts.
    assert words(report) == {
        "a.png": ("measured", ""),
        "b.png": ("deferred", "WAITING"),
        "c.png": ("measured", ""),
    }
    assert report.files[1].detail.startswith("m.csv row 3: '05/01/2026' is not an ISO 8601")
    (manifest,) = report.manifests
    assert (manifest.rows, manifest.rows_rejected) == (1, 2)
    assert manifest.rejected[1].startswith("row 4: the image path '../c.png' leaves")
    again = ingest(site, settings)
    assert "05/01/2026" in again.files[0].detail
    assert "waiting since" in again.files[0].detail
    # The corrected manifest arrives.
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},,", f"A2,b.png,{TEN},,")
    assert words(ingest(site, settings)) == {"b.png": ("measured", "")}


def test_where_manifests_are_required_pictures_and_rows_wait_for_each_other(
    site, settings, picture
):
    required = with_inbox(settings, "manifest = 'required'\nquiet_seconds = 0")
    (site.inbox / "a.png").write_bytes(picture())
    report = ingest(site, required)
    assert words(report) == {"a.png": ("deferred", "WAITING")}
    again = ingest(site, required)
    assert "waiting since" in again.files[0].detail
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},,", f"A2,late.png,{TEN},,")
    report = ingest(site, required)
    assert words(report) == {"a.png": ("measured", "")}
    assert report.rows_waiting == 1


def test_rows_that_contradict_each_other_hold_the_picture(site, settings, picture):
    write(site.inbox / "m1.csv", f"A1,a.png,{TEN},,")
    write(site.inbox / "m2.csv", f"A2,a.png,{TEN},,")
    (site.inbox / "a.png").write_bytes(picture())
    report = ingest(site, settings)
    assert words(report) == {"a.png": ("deferred", "WAITING")}
    assert "contradict each other" in report.files[0].detail


def test_the_same_row_twice_is_no_contradiction(site, settings, picture):
    write(site.inbox / "m1.csv", f"A1,a.png,{TEN},,")
    write(site.inbox / "m2.csv", f"A1,a.png,{TEN},,")
    (site.inbox / "a.png").write_bytes(picture())
    assert words(ingest(site, settings)) == {"a.png": ("measured", "")}


def test_a_refused_manifest_is_kept_and_stops_nothing(site, settings, picture):
    (site.inbox / "m.csv").write_bytes(b"part;picture\nA1;a.png\n")
    (site.inbox / "a.png").write_bytes(picture())
    report = ingest(site, settings)
    assert words(report) == {"a.png": ("measured", "")}
    (manifest,) = report.manifests
    assert (manifest.outcome, manifest.reason) == ("quarantined", "BAD_FORMAT")
    assert "no column 'part_id'" in manifest.rejected[0]
    assert len(list(site.quarantine.glob("*.json"))) == 1
    assert ingest(site, settings).manifests == ()


def test_pictures_beside_a_manifest_that_is_still_written_wait_for_it(site, settings, picture):
    slow = with_inbox(settings, "quiet_seconds = 600")
    (site.inbox / "day").mkdir()
    (site.inbox / "day" / "m.csv").write_text(f"{HEAD}\nA1,a.png,{TEN},,\nA2,b.p", encoding="utf-8")
    for number, name in enumerate(("day/a.png", "day/b.png", "other.png")):
        (site.inbox / name).write_bytes(picture(shade=number))
    report = ingest(site, slow)
    assert words(report) == {
        "day/a.png": ("deferred", "WAITING"),
        "day/b.png": ("deferred", "WAITING"),
        "other.png": ("measured", ""),
    }
    assert report.manifests[0].reason == "STILL_WRITING"


def test_named_passes_and_views_make_inspections(site, settings, picture):
    write(
        site.inbox / "m.csv",
        f"A1,a.png,{TEN},,,r1c1,P1",
        "A1,b.png,2026-01-05T18:00:00Z,,,r1c2,P1",
        f"A1,c.png,{TEN},,,r1c1,P2",
        head=f"{HEAD},view,pass",
    )
    for number, name in enumerate("abc"):
        (site.inbox / f"{name}.png").write_bytes(picture((10, 10, 5), shade=number))
    ingest(site, settings)
    found = rows(site, "SELECT views_present, stain_count FROM inspection ORDER BY ALL")
    assert found == [(1, 1), (2, 2)]


def test_the_view_in_the_name_counts_where_the_manifest_has_none(site, settings, picture):
    write(site.inbox / "m.csv", f"A1,A1_r1c1.png,{TEN},,", f"A1,A1_r1c2.png,{TEN},,")
    for number in (1, 2):
        (site.inbox / f"A1_r1c{number}.png").write_bytes(picture(shade=number))
    ingest(site, settings)
    assert rows(site, "SELECT views_present FROM inspection") == [(2,)]


@pytest.fixture
def parsed(monkeypatch):
    """The paths of the manifests that are parsed, in order."""
    paths = []

    def counted(data, path, **options):
        paths.append(path)
        return parse_manifest(data, path, **options)

    monkeypatch.setattr("jobs.arrival.manifest_reading.parse_manifest", counted)
    return paths


def test_a_manifest_is_read_again_only_for_a_picture_it_waits_for(site, settings, picture, parsed):
    write(site.inbox / "m1.csv", f"A1,a.png,{TEN},L1,", f"A2,late.png,{TEN},L2,")
    write(site.inbox / "m2.csv", f"B1,b.png,{TEN},L3,")
    for number, name in enumerate(("a.png", "b.png")):
        (site.inbox / name).write_bytes(picture(shade=number))
    ingest(site, settings)
    assert parsed == ["m1.csv", "m2.csv"]
    assert rows(site, "SELECT manifest_path, row_no, image FROM awaited_image") == [
        ("m1.csv", 3, "late.png")
    ]
    # Nothing new; then a picture that no manifest names.
    ingest(site, settings)
    (site.inbox / "other.png").write_bytes(picture(shade=2))
    assert words(ingest(site, settings)) == {"other.png": ("measured", "")}
    assert len(parsed) == 2
    (site.inbox / "late.png").write_bytes(picture(shade=3))
    report = ingest(site, settings)
    assert parsed[2:] == ["m1.csv"]
    assert (report.rows_waiting, report.manifests) == (0, ())
    assert rows(site, "SELECT lot FROM inspection WHERE part_id = 'A2'") == [("L2",)]
    assert rows(site, "SELECT count(*) FROM awaited_image") == [(0,)]


def test_other_settings_read_every_manifest_again(site, settings, picture, parsed):
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},,")
    (site.inbox / "a.png").write_bytes(picture())
    ingest(site, settings)
    columns = settings.inbox.columns.model_copy(update={"lot": "Los"})
    inbox = settings.inbox.model_copy(update={"columns": columns})
    report = ingest(site, settings.model_copy(update={"inbox": inbox}))
    assert parsed == ["m.csv", "m.csv"]
    assert report.manifests[0].reason == "BAD_FORMAT"
    assert rows(site, "SELECT change_no, outcome FROM manifest ORDER BY ALL") == [
        (1, "accepted"),
        (2, "quarantined"),
    ]


def test_a_run_that_failed_after_its_manifests_loses_no_row(
    site, settings, picture, parsed, monkeypatch
):
    write(site.inbox / "m.csv", f"007,a.png,{TEN},L1,")
    (site.inbox / "a.png").write_bytes(picture())
    with monkeypatch.context() as broken:
        broken.setattr("jobs.measurement.steps.measure_passes", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ingest(site, settings)
    ingest(site, settings)
    assert parsed == ["m.csv", "m.csv"]
    assert rows(site, "SELECT part_id, lot FROM inspection") == [("007", "L1")]


def test_rows_wait_with_their_age_through_changes_of_their_manifest(site, settings):
    begun = datetime(2026, 1, 6, 2, tzinfo=UTC)
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},,")
    report = ingest(site, settings, clock=lambda: begun)
    assert report.rows_waiting == 1
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},,", f"A2,b.png,{TEN},,")
    report = ingest(site, settings, clock=lambda: begun + timedelta(days=1))
    assert report.rows_waiting == 2
    said = "2 manifest rows wait for their image, the oldest since 2026-01-06 02:00 (m.csv)"
    assert said in report.warnings
    # Whoever takes the manifest away waits for nothing.
    (site.inbox / "m.csv").unlink()
    report = ingest(site, settings, clock=lambda: begun + timedelta(days=2))
    assert report.rows_waiting == 0


def test_rows_that_come_after_their_picture_was_measured_are_told(site, settings, picture):
    (site.inbox / "a.png").write_bytes(picture())
    ingest(site, settings)
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},L1,")
    report = ingest(site, settings)
    assert report.manifests[0].rows_late == 1
    assert report.warnings == (
        "1 rows of m.csv came after their images were measured by name: they were not used",
    )
    # A manifest that grows names again what an earlier state of it described.
    write(site.inbox / "n.csv", f"B1,b.png,{TEN},L1,")
    (site.inbox / "b.png").write_bytes(picture(shade=1))
    ingest(site, settings)
    write(site.inbox / "n.csv", f"B1,b.png,{TEN},L1,", f"B2,c.png,{TEN},L1,")
    assert ingest(site, settings).manifests[0].rows_late == 0


def test_a_refused_manifest_that_is_put_right_is_read(site, settings, picture):
    (site.inbox / "m.csv").write_bytes(b"part;picture\n")
    (site.inbox / "a.png").write_bytes(b"")
    ingest(site, settings)
    write(site.inbox / "m.csv", f"A1,a.png,{TEN},L1,")
    (site.inbox / "a.png").write_bytes(picture())
    report = ingest(site, settings)
    assert (report.manifests[0].outcome, words(report)) == (
        "accepted",
        {"a.png": ("measured", "")},
    )
    notes = [json.loads(path.read_text()) for path in site.quarantine.glob("*-m.csv.json")]
    assert [note["closed_at"] is not None for note in notes] == [True]


def test_the_report_of_a_manifest_says_how_it_was_read(site, settings):
    (site.inbox / "m.csv").write_bytes(f"{HEAD}\nA1,a.png,{TEN},S\xfcd,\n".encode("cp1252"))
    ingest(site, settings)
    assert rows(
        site, "SELECT outcome, encoding, delimiter, accepted_rows, rejected_rows FROM manifest"
    ) == [("accepted", "cp1252", ",", 1, 0)]


@pytest.mark.parametrize(
    ("manifests", "lines"), [(20, 10), pytest.param(1000, 1000, marks=pytest.mark.soak)]
)
def test_old_manifests_cost_no_parsing(site, settings, picture, parsed, manifests, lines):
    for day in range(manifests):
        write(
            site.inbox / f"{day:04}.csv",
            *(f"P{day}-{row},{day:04}-{row}.png,{TEN},L{day}," for row in range(lines)),
        )
    seconds = []
    for picture_no in range(3):
        if picture_no:
            name = f"{picture_no:04}-{picture_no}.png"
            (site.inbox / name).write_bytes(picture(shade=picture_no))
        began = time.process_time()
        report = ingest(site, settings)
        seconds.append(time.process_time() - began)
    sys.stdout.write(
        f"{manifests} manifests of {lines} rows: first run {seconds[0]:.2f} s of processor, then "
        f"{seconds[1]:.2f} s and {seconds[2]:.2f} s with one new image each\n"
    )
    assert len(parsed) == manifests + 2
    assert report.rows_waiting == manifests * lines - 2
    assert rows(site, "SELECT part_id FROM inspection ORDER BY 1") == [("P1-1",), ("P2-2",)]
