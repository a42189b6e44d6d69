"""A backup gives back the site: E10 of the list of faults."""

import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from jobs.cli import main
from jobs.errors import BackupError
from jobs.ingest import ingest
from jobs.settings import read_settings
from jobs.upkeep import backup as backup_module
from jobs.upkeep.backup import back_up
from jobs.upkeep.manifest import _digest, manifests
from jobs.upkeep.restore import drill, restore
from warehouse.connection import open_master, open_snapshot
from warehouse.errors import WarehouseError
from warehouse.journal.audit import record
from warehouse.journal.store import open_journal
from warehouse.lock import run_lock
from warehouse.site import Site

pytestmark = pytest.mark.usefixtures("in_process")
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def facts(site):
    """Every row of every table."""
    with duckdb.connect(site.master, read_only=True) as connection:
        names = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        names = [name for name in names if not name.startswith(("latest_", "open_"))]
        return {
            name: sorted(connection.execute(f'FROM "{name}"').fetchall(), key=repr)
            for name in names
        }


def decisions(site):
    with closing(sqlite3.connect(site.journal)) as connection:
        return list(connection.iterdump())


def files(site):
    return {
        path.relative_to(site.root): path.read_bytes()
        for folder in (site.archive, site.quarantine)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_e10_what_was_destroyed_comes_back_row_for_row_and_byte_for_byte(site, tmp_path):
    before = facts(site), decisions(site), files(site), site.settings_file.read_text("utf-8")
    back_up(site, tmp_path / "disk", now=NOW)
    shutil.rmtree(site.root)
    report = restore(tmp_path / "disk", site.root)
    assert report.whole
    assert (
        facts(site),
        decisions(site),
        files(site),
        site.settings_file.read_text("utf-8"),
    ) == before
    assert oct(site.root.stat().st_mode & 0o777) == "0o700"
    assert {
        oct(path.stat().st_mode & 0o777) for path in (site.master, site.journal, site.secret)
    } == {"0o600"}
    # And it works on: nothing is new in it.
    assert ingest(site, read_settings(site.settings_file)).totals.measured == 0


def test_while_a_run_holds_the_warehouse_and_others_read_and_decide_a_backup_is_of_one_moment(
    site, tmp_path
):
    stop = threading.Event()

    def decide_on():
        number = 0
        while not stop.is_set() and number < 500:
            number += 1
            with open_journal(site.journal) as journal:
                record(journal, at=NOW, who="QE-4", what="x", subject=str(number), reason="r")

    writer = threading.Thread(target=decide_on)
    # As a run in progress: the lock is held, the master is open, what it wrote is not published.
    with (
        open_snapshot(site.current) as reader,
        run_lock(site.lock_file, "run"),
        open_master(site.master) as master,
    ):
        published = reader.execute("SELECT count(*) FROM inspection").fetchone()
        master.execute("DELETE FROM defect")
        writer.start()
        try:
            report = back_up(site, tmp_path / "disk", now=NOW)
        finally:
            stop.set()
            writer.join()
    assert report.manifest.facts_from == "snapshot"
    assert drill(tmp_path / "disk").whole
    assert report.manifest.facts_rows["inspection"] == published[0]
    assert report.manifest.facts_rows["defect"] > 0


def test_without_a_snapshot_a_run_in_progress_is_waited_for_by_the_person(site, tmp_path):
    site.current.unlink()
    with (
        run_lock(site.lock_file, "run"),
        pytest.raises(WarehouseError, match="run in progress since"),
    ):
        back_up(site, tmp_path / "disk", now=NOW)
    assert manifests(tmp_path / "disk") == []


def test_the_second_backup_copies_only_what_is_new_and_older_ones_go(site, tmp_path, picture):
    disk = tmp_path / "disk"
    first = back_up(site, disk, now=NOW)
    (site.inbox / "new.png").write_bytes(picture(shade=33))
    ingest(site, read_settings(site.settings_file))
    second = back_up(site, disk, now=NOW + timedelta(days=1))
    # Both stores, the new original, mask and sidecar, and the notes of the run; not the twelve others.
    assert second.new_files < 12 < first.new_files
    third = back_up(site, disk, now=NOW + timedelta(days=2), keep=2)
    assert (third.removed_backups, len(manifests(disk))) == (1, 2)
    assert third.removed_files > 0
    assert all(drill(path).whole for path in manifests(disk))


def test_a_backup_that_was_interrupted_does_not_exist(site, tmp_path, monkeypatch):
    disk = tmp_path / "disk"

    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "write_manifest", killed)
        with pytest.raises(KeyboardInterrupt):
            back_up(site, disk, now=NOW)
    with pytest.raises(BackupError, match="no backup in"):
        drill(disk)
    assert back_up(site, disk, now=NOW, keep=1).path.exists()
    assert drill(disk).whole
    assert not list(disk.rglob("*.tmp"))


@pytest.mark.parametrize("harm", ["flip", "cut", "lose"])
def test_a_damaged_backup_is_refused_by_name(site, tmp_path, harm):
    disk = tmp_path / "disk"
    report = back_up(site, disk, now=NOW)
    victim = max(
        (disk / "objects").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0
    )
    if harm == "lose":
        victim.unlink()
    else:
        data = bytearray(victim.read_bytes())
        data[len(data) // 2] ^= 1
        victim.write_bytes(bytes(data) if harm == "flip" else bytes(data[:-1]))
    with pytest.raises(BackupError, match=victim.name):
        drill(report.path)
    with pytest.raises(BackupError, match=victim.name):
        restore(report.path, tmp_path / "back")
    assert not (tmp_path / "back" / "blemish.toml").exists()


def test_a_manifest_edited_by_hand_or_of_a_newer_program_is_refused(site, tmp_path):
    report = back_up(site, tmp_path / "disk", now=NOW)
    content = json.loads(report.path.read_text("utf-8"))
    report.path.write_text(json.dumps(content | {"files": 1}))
    with pytest.raises(BackupError, match="does not fit its own digest"):
        drill(report.path)
    newer = signed(content | {"facts_version": 9999})
    report.path.write_text(json.dumps(newer))
    with pytest.raises(BackupError, match="has schema version 9999, this program knows up to"):
        drill(report.path)


def signed(content):
    """Return the manifest with a digest that fits."""
    content.pop("digest")
    return content | {"digest": _digest(content)}


def test_only_an_empty_folder_takes_a_backup_and_no_site_its_own(site, tmp_path):
    back_up(site, tmp_path / "disk", now=NOW)
    with pytest.raises(BackupError, match="is not empty"):
        restore(tmp_path / "disk", site.root)
    with pytest.raises(BackupError, match="inside the site"):
        back_up(site, site.root / "backups", now=NOW)


def test_a_commit_in_the_log_alone_is_in_the_backup(site, tmp_path):
    """A run that was killed leaves its last commits in the write-ahead log."""
    copy = tmp_path / "killed.duckdb"
    with open_master(site.master) as connection:
        connection.execute("UPDATE ingest_run SET error = 'x'")
        for suffix in ("", ".wal"):
            shutil.copyfile(f"{site.master}{suffix}", f"{copy}{suffix}")
    for suffix in ("", ".wal"):
        Path(f"{copy}{suffix}").replace(f"{site.master}{suffix}")
        os.utime(f"{site.master}{suffix}", (1e9, 1e9))
    report = back_up(site, tmp_path / "disk", now=NOW)
    assert report.manifest.facts_from == "master"
    restored = restore(tmp_path / "disk", tmp_path / "back")
    with duckdb.connect(Site(tmp_path / "back").master, read_only=True) as connection:
        assert connection.execute("SELECT DISTINCT error FROM ingest_run").fetchall() == [("x",)]
    # The edit by hand came along, and is found.
    assert not restored.whole


def test_the_commands_back_up_prove_restore_and_go_on(site, tmp_path, capsys):
    disk, back = str(tmp_path / "disk"), str(tmp_path / "back")
    assert main(["backup", disk, "--site", str(site.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["manifest"]["facts_from"] == "master"
    assert main(["restore", disk, "--check"]) == 0
    assert "can be restored: all" in capsys.readouterr().out
    assert main(["restore", disk, back]) == 0
    assert main(["verify", "--site", back, "--against", disk]) == 0
    assert (
        main(["sql", "--site", back, "SELECT count(*) AS n FROM inspection", "--format", "csv"])
        == 0
    )
    assert capsys.readouterr().out.splitlines()[-1] == "12"
    assert main(["restore", disk]) == 2
