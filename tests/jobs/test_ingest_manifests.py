from datetime import UTC, datetime

import pytest

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
