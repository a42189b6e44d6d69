import os
from datetime import UTC, datetime

import pytest

from jobs.arrival.scan import FoundFile, age_seconds, scan_inbox, shown_name
from jobs.errors import SourceMissingError

ENDINGS = (".png", ".csv")


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def words(inbox):
    return {found.path: (found.outcome, found.reason) for found in scan_inbox(inbox, ENDINGS)}


def test_every_name_is_met_once_in_the_order_of_names(inbox):
    for name in ("b.png", "a.png", "day 2/a.png", "day 1/z.png", "day 1/deep/a.png"):
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(b"x")
    found = [found.path for found in scan_inbox(inbox, ENDINGS)]
    assert found == ["a.png", "b.png", "day 1/z.png", "day 1/deep/a.png", "day 2/a.png"]


def test_what_is_no_arrived_image_is_ignored_with_its_reason(inbox):
    (inbox / "part.PNG").write_bytes(b"x")
    (inbox / "notes.txt").write_bytes(b"x")
    (inbox / ".hidden.png").write_bytes(b"x")
    (inbox / ".trash").mkdir()
    (inbox / ".trash" / "inside.png").write_bytes(b"x")
    (inbox / "a.png.part").write_bytes(b"x")
    (inbox / "a.png~").write_bytes(b"x")
    (inbox / "folder.png").mkdir()
    (inbox / "folder.png" / "inside.png").write_bytes(b"x")
    os.mkfifo(inbox / "pipe.png")
    assert words(inbox) == {
        "part.PNG": ("", ""),
        "notes.txt": ("ignored", "WRONG_TYPE"),
        ".hidden.png": ("ignored", "HIDDEN"),
        ".trash": ("ignored", "HIDDEN"),
        "a.png.part": ("ignored", "TEMPORARY"),
        "a.png~": ("ignored", "TEMPORARY"),
        "folder.png": ("ignored", "NOT_A_FILE"),
        "pipe.png": ("ignored", "NOT_A_FILE"),
    }


def test_no_link_is_followed(inbox, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.png").write_bytes(b"x")
    (inbox / "file.png").symlink_to(tmp_path / "outside" / "secret.png")
    (inbox / "dangling.png").symlink_to(tmp_path / "nothing")
    (inbox / "loop").symlink_to(inbox)
    (inbox / "zero.png").symlink_to("/dev/zero")
    (inbox / "folder").symlink_to(tmp_path / "outside")
    names = ("file.png", "dangling.png", "loop", "zero.png", "folder")
    assert words(inbox) == dict.fromkeys(names, ("ignored", "SYMLINK"))


def test_a_folder_that_may_not_be_listed_is_said(inbox, monkeypatch):
    (inbox / "closed").mkdir()
    real = os.scandir

    def scandir(path):
        if path.endswith(b"closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("jobs.arrival.scan.os.scandir", scandir)
    assert words(inbox) == {"closed/": ("quarantined", "PERMISSION")}


def test_a_missing_inbox_is_an_error_and_not_a_day_without_parts(inbox):
    inbox.rmdir()
    with pytest.raises(SourceMissingError, match="source missing: there is no folder"):
        list(scan_inbox(inbox, ENDINGS))


def test_a_name_that_is_not_utf8_is_shown_escaped_and_keeps_its_bytes(inbox):
    raw = b"a\xff\n.png"
    os.close(os.open(os.fsencode(inbox) + b"/" + raw, os.O_CREAT | os.O_WRONLY))
    (found,) = scan_inbox(inbox, ENDINGS)
    assert found.raw == raw
    assert found.path == "a\\udcff\n.png"
    assert found.path.encode("utf-8")


def test_two_names_never_look_the_same():
    names = (b"a\xff.png", rb"a\udcff.png", rb"a\\udcff.png", rb"a\b.png", b"a\\\xff.png")
    assert len({shown_name(name) for name in names}) == len(names)
    # An ordinary backslash stays as it is.
    assert shown_name(rb"a\b.png") == r"a\b.png"


def test_a_wrong_clock_does_not_make_a_file_young_or_old_for_ever():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    hour_ago, far = int((now.timestamp() - 3600) * 1e9), int(4e18)
    copied = FoundFile(b"a", "a", mtime_ns=0, changed_ns=hour_ago)
    future = FoundFile(b"a", "a", mtime_ns=far, changed_ns=hour_ago)
    assert age_seconds(copied, now) > 3600
    assert age_seconds(future, now) == pytest.approx(3600)
