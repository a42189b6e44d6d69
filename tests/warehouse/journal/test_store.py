import os
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from warehouse.errors import JournalError, JournalMissingError, JournalVersionError
from warehouse.journal.migrations import MIGRATIONS
from warehouse.journal.scheduler import recall, remember
from warehouse.journal.store import create_journal, open_journal
from warehouse.journal.tables import METADATA, memory

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_new_journal_is_for_its_owner_only(tmp_path):
    path = tmp_path / "site" / "journal.sqlite"
    create_journal(path)
    with open_journal(path) as journal:
        remember(journal, "key", "value", now=NOW)
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_creating_again_keeps_what_is_there(tmp_path):
    path = tmp_path / "journal.sqlite"
    create_journal(path)
    with open_journal(path) as journal:
        remember(journal, "key", "value", now=NOW)
    create_journal(path)
    with open_journal(path) as journal:
        assert recall(journal, "key") == "value"


@pytest.mark.parametrize("content", [None, b""])
def test_opening_never_creates(tmp_path, content):
    path = tmp_path / "journal.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(JournalMissingError, match="no journal at"):
        open_journal(path)
    assert path.exists() == (content is not None)


def test_a_url_names_a_journal_as_well(tmp_path):
    url = f"sqlite:///{tmp_path}/journal.sqlite"
    with pytest.raises(JournalMissingError, match="no journal at"):
        open_journal(url)
    create_journal(url)
    with open_journal(url) as journal:
        assert recall(journal, "key") is None


def test_a_foreign_file_is_refused_without_a_traceback_of_the_driver(tmp_path):
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(JournalError, match="file is not a database"):
        open_journal(path)


def test_a_newer_journal_is_refused_with_both_versions(tmp_path):
    path = tmp_path / "journal.sqlite"
    create_journal(path)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO schema_version VALUES (999, '2026-01-01')")
    connection.close()
    message = f"schema version 999, this program knows up to {len(MIGRATIONS)}"
    with pytest.raises(JournalVersionError, match=message):
        open_journal(path)


def test_sqlite_is_durable_concurrent_and_checks_its_keys(journal):
    with journal.reading() as connection:
        found = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        ]
    # https://www.sqlite.org/pragma.html: synchronous 2 is FULL.
    assert found == ["wal", 1, 2, 15_000]


def test_a_failed_transaction_leaves_nothing(journal):
    row = {"key": "a", "value": "b", "updated_at": NOW}

    def write_twice():
        with journal.writing() as connection:
            connection.execute(insert(memory).values(row))
            connection.execute(insert(memory).values(row))

    with pytest.raises(JournalError, match="UNIQUE constraint failed"):
        write_twice()
    assert recall(journal, "a") is None


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_in_postgresql(table):
    ddl = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert ddl.strip().startswith("CREATE TABLE")
    assert "DATETIME" not in ddl


def test_opening_a_current_journal_needs_no_write_lock(tmp_path):
    path = tmp_path / "journal.sqlite"
    create_journal(path)
    with open_journal(path) as first, first.writing(), open_journal(path) as second:
        assert recall(second, "key") is None


def test_times_keep_their_instant_and_need_a_zone(journal):
    berlin = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1)))
    remember(journal, "a", "b", now=berlin)
    with journal.reading() as connection:
        stored = connection.scalar(select(memory.c.updated_at))
    assert stored == NOW
    assert stored.tzinfo is UTC
    with pytest.raises(JournalError, match="has no time zone"):
        remember(journal, "a", "b", now=NOW.replace(tzinfo=None))


def test_writers_wait_for_each_other(journal):
    def write(number):
        for step in range(10):
            remember(journal, f"{number}-{step}", "x", now=NOW)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with journal.reading() as connection:
        assert len(connection.scalars(select(memory.c.key)).all()) == 40


def test_a_kill_within_a_transaction_leaves_nothing(tmp_path):
    path = tmp_path / "journal.sqlite"
    create_journal(path)
    script = """
import os, sys
from datetime import UTC, datetime
from sqlalchemy import insert
from warehouse.journal.store import open_journal
from warehouse.journal.tables import memory
with open_journal(sys.argv[1]) as journal, journal.writing() as connection:
    connection.execute(insert(memory).values(key="a", value="b", updated_at=datetime.now(UTC)))
    os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, env=os.environ)
    assert done.returncode == 9
    with open_journal(path) as journal:
        assert recall(journal, "a") is None
