import importlib
import json
import pkgutil
import subprocess
import sys
from contextlib import contextmanager

import duckdb
import pytest

import warehouse.journal
from warehouse.batch import write_batch
from warehouse.connection import log_file, open_master, open_snapshot
from warehouse.copy_file import copy_bytes, main
from warehouse.errors import PublishError, WarehouseMissingError
from warehouse.journal import audit, outbox
from warehouse.journal.alerts import FiredSignal, handle_signals
from warehouse.journal.causes import CauseRow, save_cause
from warehouse.journal.characteristics import CharacteristicRow, add_missing_characteristics
from warehouse.journal.export import ALLOWED_JOURNAL_TABLES, JournalTable, journal_tables
from warehouse.journal.phases import propose_phase
from warehouse.journal.store import open_journal
from warehouse.journal.tables import METADATA
from warehouse.publish import publish
from warehouse.published_files import next_name, published_files, published_time
from warehouse.snapshot import SnapshotReader


def snapshot_rows(site, sql):
    with open_snapshot(site.current) as connection:
        return connection.execute(sql).fetchall()


def write(site, *parts):
    with open_master(site.master) as connection:
        for part in parts:
            write_batch(connection, part)


def test_a_snapshot_shows_what_was_committed_before_it(site, build):
    write(site, build.part("p1"))
    target = publish(site)
    assert site.current.resolve() == target
    assert site.current.readlink().name == target.name
    assert target.stat().st_mode & 0o777 == 0o600
    write(site, build.part("p2"))
    assert snapshot_rows(site, "SELECT pass_id FROM inspection") == [("p1",)]
    publish(site)
    assert snapshot_rows(site, "SELECT count(*) FROM inspection") == [(2,)]


def test_the_newest_three_snapshots_stay(site):
    made = [publish(site) for _ in range(4)]
    assert published_files(site.warehouse) == made[1:]
    names = {path.name for path in site.warehouse.iterdir()}
    assert names == {"master.duckdb", "current.duckdb", *(path.name for path in made[1:])}


def test_an_engineers_open_session_blocks_neither_writing_nor_publishing(site, build):
    write(site, build.part("p1"))
    publish(site)
    script = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
count = lambda: print(connection.execute("SELECT count(*) FROM inspection").fetchone()[0], flush=True)
count()
sys.stdin.readline()
count()
"""
    session = subprocess.Popen(
        [sys.executable, "-c", script, str(site.current)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert session.stdout.readline() == "1\n"
        for name in ("p2", "p3", "p4"):
            write(site, build.part(name))
            publish(site)
    finally:
        after = session.communicate("\n")[0]
    # It still sees its own snapshot, though the file has been pruned since.
    assert (after, session.returncode) == ("1\n", 0)
    assert snapshot_rows(site, "SELECT count(*) FROM inspection") == [(4,)]


def test_publishing_while_this_process_has_the_master_open_keeps_its_lock(site, build):
    with open_master(site.master) as connection:
        write_batch(connection, build.part("p1"))
        publish(site)
        intruder = "import duckdb, sys; duckdb.connect(sys.argv[1])"
        done = subprocess.run(
            [sys.executable, "-c", intruder, str(site.master)], capture_output=True, check=False
        )
    assert b"lock" in done.stderr
    assert snapshot_rows(site, "SELECT count(*) FROM inspection") == [(1,)]


def test_what_is_not_committed_is_not_published(site):
    with open_master(site.master) as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO schema_version (version, name) VALUES (0, 'x')")
        publish(site)
        connection.execute("ROLLBACK")
    assert snapshot_rows(site, "SELECT count(*) FROM schema_version WHERE version = 0") == [(0,)]


class Master:
    """A connection whose checkpoint fails, or does nothing."""

    def __init__(self, error=None):
        self.error = error

    def execute(self, _sql):
        if self.error is not None:
            raise self.error


@contextmanager
def opened(connection):
    yield connection


def test_a_failed_checkpoint_is_not_published(site, monkeypatch):
    failing = Master(duckdb.IOException("IO Error:\nNo space left on device"))
    monkeypatch.setattr("warehouse.publish.open_master", lambda _: opened(failing))
    with pytest.raises(PublishError, match="could not be checkpointed: IO Error: No space left"):
        publish(site)
    assert not site.current.exists()


def test_a_log_that_still_holds_changes_is_not_published(site, monkeypatch):
    log_file(site.master).write_bytes(b"changes")
    monkeypatch.setattr("warehouse.publish.open_master", lambda _: opened(Master()))
    with pytest.raises(PublishError, match="still holds changes after a checkpoint"):
        publish(site)
    assert not site.current.exists()


def test_a_failed_copy_leaves_the_snapshot_before(site):
    before = publish(site)
    tables = {"phase": JournalTable("phase", ("phase_id", "no_such_column"), ((1, 2),))}
    with pytest.raises(PublishError, match=r"could not be made, the one before stays: .*NOT NULL"):
        publish(site, journal_tables=tables)
    assert site.current.resolve() == before
    assert list(site.warehouse.glob(".*")) == []


def test_a_missing_master_is_not_published(site):
    site.master.unlink()
    with pytest.raises(WarehouseMissingError, match="warehouse missing"):
        publish(site)


def fill_journal(journal, build):
    characteristic = CharacteristicRow(
        "c1", build.stream, "stain_count", None, "nelson", None, 5.5, "", enabled=True
    )
    add_missing_characteristics(journal, [characteristic], who="QE-4", now=build.start)
    propose_phase(
        journal,
        characteristic_id="c1",
        model_id="m",
        valid_from=build.start,
        first_pass_at=build.start,
        last_pass_at=build.at(99),
        phase={"ucl": 11.25, "lcl": None},
        created_by="QE-4",
        created_at=build.start,
        reason="first limits",
        activate=True,
    )
    signal = FiredSignal("s1", "c1", "limit", build.at(5), "9 stains")
    mail = outbox.OutboxRow("<1@site>", build.start, ("secret@plant",), "s", "t", "h")
    handle_signals(journal, [signal], now=build.at(6), compose=lambda _: [mail])
    save_cause(
        journal,
        CauseRow(
            "s1", "rinse", "bath\n'old'", "change", "QE-7", build.start.date(), "QE-4", build.start
        ),
        reason="found",
    )
    audit.record(journal, at=build.start, who="QE-4", what="x", subject="secret", reason="y")


def test_a_snapshot_has_the_allowed_decisions_and_no_others(site, build):
    with open_journal(site.journal) as journal:
        fill_journal(journal, build)
        publish(site, journal_tables=journal_tables(journal))
    found = {name for (name,) in snapshot_rows(site, "SELECT table_name FROM duckdb_tables()")}
    assert ALLOWED_JOURNAL_TABLES == (
        "characteristic",
        "phase",
        "cause",
        "episode",
        "signal_handled",
        "silence",
        "review",
    )
    assert set(ALLOWED_JOURNAL_TABLES) <= found
    # Tables stand in modules of their own; a module nobody imported would hide its table.
    for module in pkgutil.iter_modules(warehouse.journal.__path__):
        importlib.import_module(f"warehouse.journal.{module.name}")
    never = set(METADATA.tables) - set(ALLOWED_JOURNAL_TABLES)
    assert never == {
        "outbox", "attachment", "run_request", "memory", "audit", "account", "login_session",
        "login_failure", "saved_query", "model_trial", "recipient", "specification_change",
    }  # fmt: skip
    assert not found & (never | {"user", "users", "session", "secret"})
    assert b"secret@plant" not in site.current.read_bytes()
    sql = """
        SELECT characteristic.spec_upper, characteristic.enabled, phase.valid_to,
               phase.phase->>'ucl', episode.state, signal_handled.outcome, cause.text, cause.due
        FROM characteristic
        JOIN phase USING (characteristic_id)
        JOIN episode USING (characteristic_id)
        JOIN signal_handled USING (episode_id)
        JOIN cause USING (signal_id)
        WHERE phase.valid_from = episode.first_signal_at - INTERVAL 5 MINUTE
    """
    assert snapshot_rows(site, sql) == [
        (5.5, True, None, "11.25", "firing", "opened", "bath\n'old'", build.start.date())
    ]


def test_every_column_of_a_snapshot_has_a_comment(site):
    publish(site)
    sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    assert snapshot_rows(site, sql) == []


def test_a_table_off_the_list_is_refused(site):
    tables = {"audit": JournalTable("audit", ("who",), ())}
    with pytest.raises(PublishError, match="not on the allow-list of a snapshot: audit"):
        publish(site, journal_tables=tables)


def test_the_copy_is_the_master_byte_for_byte(site, tmp_path):
    copy_bytes(site.master, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == site.master.read_bytes()


def test_the_child_leaves_no_unfinished_copy(site, monkeypatch, capsys):
    class Input:
        def read(self):
            return json.dumps({"phase": [{"phase_id": 1}]})

    monkeypatch.setattr(sys, "stdin", Input())
    target = site.warehouse / "serve-1.duckdb"
    assert main([str(site.master), str(target)]) == 2
    assert "NOT NULL" in capsys.readouterr().err
    assert [path.name for path in site.warehouse.iterdir()] == ["master.duckdb"]


def test_a_clock_set_back_still_gives_the_newest_name(tmp_path):
    future = tmp_path / "serve-9000000000000000000.duckdb"
    future.touch()
    (tmp_path / "serve-x.duckdb").touch()
    assert next_name(tmp_path).name == "serve-9000000000000000001.duckdb"
    assert published_files(tmp_path) == [future]
    other = tmp_path / "master.duckdb"
    other.touch()
    assert published_time(other).timestamp() == pytest.approx(other.stat().st_mtime)


def test_a_publication_takes_the_place_of_a_plain_file(site):
    site.current.write_bytes(b"")
    target = publish(site)
    assert site.current.resolve() == target


def test_what_a_killed_copy_left_is_removed(site):
    (site.warehouse / ".serve-1.duckdb.tmp").touch()
    publish(site)
    assert list(site.warehouse.glob(".*")) == []


def test_the_reader_follows_the_publication(site, build):
    publish(site)
    reader = SnapshotReader(site.current)
    with reader.read() as old:
        write(site, build.part("p1"))
        publish(site)
        with reader.read() as new:
            assert new.execute("SELECT count(*) FROM inspection").fetchone() == (1,)
        assert old.execute("SELECT count(*) FROM inspection").fetchone() == (0,)
    assert reader.published_at() == published_time(site.current.resolve())
    reader.close()
