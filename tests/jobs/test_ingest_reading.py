import os

import pytest

from jobs.arrival.file_bytes import read_once
from jobs.errors import FileRefusedError

LIMIT = 1000


def refusal(folder, raw, **options):
    with pytest.raises(FileRefusedError) as caught:
        read_once(folder, raw, max_bytes=LIMIT, **options)
    return caught.value.reason


def test_the_hash_is_of_the_bytes_that_were_read(tmp_path):
    (tmp_path / "a.png").write_bytes(b"abc")
    content = read_once(tmp_path, b"a.png", max_bytes=LIMIT)
    # The test vector of FIPS 180-2 for "abc".
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (content.data, content.size, content.sha256) == (b"abc", 3, expected)


def test_what_is_no_file_any_more_is_not_read(tmp_path):
    assert refusal(tmp_path, b"gone.png") == "VANISHED"
    (tmp_path / "link.png").symlink_to("/etc/passwd")
    assert refusal(tmp_path, b"link.png") == "SYMLINK"
    os.mkfifo(tmp_path / "pipe.png")
    assert refusal(tmp_path, b"pipe.png") == "NOT_A_FILE"
    (tmp_path / "folder.png").mkdir()
    assert refusal(tmp_path, b"folder.png") == "NOT_A_FILE"


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(LIMIT + 1)
    assert refusal(tmp_path, b"a.png") == "TOO_LARGE"


def test_a_file_that_was_replaced_is_left_for_the_next_run(tmp_path):
    (tmp_path / "a.png").write_bytes(b"one")
    inode = (tmp_path / "a.png").stat().st_ino
    (tmp_path / "b.png").write_bytes(b"two")
    (tmp_path / "b.png").replace(tmp_path / "a.png")
    assert refusal(tmp_path, b"a.png", inode=inode) == "STILL_WRITING"


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"one")
    real, calls = os.fstat, []

    def fstat(descriptor):
        # The second look is after the reading: by then somebody has written more.
        calls.append(descriptor)
        if len(calls) == 2:
            with path.open("ab") as file:
                file.write(b"more")
        return real(descriptor)

    monkeypatch.setattr("jobs.arrival.file_bytes.os.fstat", fstat)
    assert refusal(tmp_path, b"a.png") == "STILL_WRITING"


@pytest.mark.parametrize(
    ("error", "reason"),
    [(PermissionError(13, "denied"), "PERMISSION"), (OSError(5, "I/O error"), "UNREADABLE")],
)
def test_a_file_that_cannot_be_opened_has_a_reason(tmp_path, monkeypatch, error, reason):
    def refuse(*_arguments):
        raise error

    monkeypatch.setattr("jobs.arrival.file_bytes.os.open", refuse)
    assert refusal(tmp_path, b"a.png") == reason


def test_bytes_that_are_no_utf8_are_a_name_like_any_other(tmp_path):
    raw = b"a\xff.png"
    descriptor = os.open(os.fsencode(tmp_path) + b"/" + raw, os.O_CREAT | os.O_WRONLY)
    os.close(descriptor)
    assert read_once(tmp_path, raw, max_bytes=LIMIT).data == b""
