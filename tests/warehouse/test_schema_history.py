"""Files of every released schema open, with all their rows: E08 and E09 of the list of faults.

`python -m benchmarks.schema_history tests/warehouse/history` adds the file of a new schema.
"""

import gzip
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from warehouse.connection import create_master, log_file, open_master
from warehouse.errors import JournalVersionError, WarehouseVersionError
from warehouse.journal.migrations import MIGRATIONS
from warehouse.journal.store import create_journal, open_journal
from warehouse.schema import newest_version

HISTORY = Path(__file__).parent / "history"
FACTS = sorted(HISTORY.glob("facts-*.gz"))
JOURNALS = sorted(HISTORY.glob("journal-*.gz"))
# Rows of facts_rows.sql and journal_rows.sql.
ROWS = {
    "ingest_run": 1,
    "model": 1,
    "arrival": 20,
    "image": 20,
    "defect": 20,
    "inspection": 20,
    "signal": 1,
}
DECISIONS = ("characteristic", "phase", "episode", "signal_handled", "cause", "memory")


def unpacked(packed, folder, name):
    path = folder / name
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


def version_of(packed):
    return int(packed.name.split("-")[1].split(".")[0])


def schema(connection):
    """Tables, columns, constraints, views and comments, in the order of their names."""
    asked = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
        "SELECT table_name, constraint_type, constraint_text FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL' ORDER BY ALL",
        "SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
        "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal ORDER BY ALL",
    )
    return [connection.execute(sql).fetchall() for sql in asked]


def counts(connection, tables):
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
    }


def test_every_schema_that_was_released_has_its_file():
    # 1 to 4 and 1 were out before this test was written.
    assert {1, 2, 3, 4} <= {version_of(packed) for packed in FACTS}
    assert 1 in {version_of(packed) for packed in JOURNALS}


@pytest.mark.parametrize("packed", FACTS, ids=lambda packed: packed.name)
def test_e08_a_warehouse_of_every_schema_becomes_the_newest_with_its_rows(packed, tmp_path):
    path = unpacked(packed, tmp_path, "master.duckdb")
    create_master(tmp_path / "fresh.duckdb")
    with open_master(path) as connection, open_master(tmp_path / "fresh.duckdb") as fresh:
        assert schema(connection) == schema(fresh)
        assert counts(connection, ROWS) == ROWS
        assert connection.execute(
            "SELECT brightness, captured_at::VARCHAR FROM latest_image WHERE part_id = 'P3'"
        ).fetchall() == [(103.5, "2026-01-04 11:00:00+00")]
    assert not log_file(path).exists()
    kept = path.with_name(f"master-schema-{version_of(packed)}.duckdb")
    assert kept.exists() == (version_of(packed) < newest_version())


@pytest.mark.parametrize("packed", JOURNALS, ids=lambda packed: packed.name)
def test_e08_a_journal_of_every_schema_becomes_the_newest_with_its_rows(packed, tmp_path):
    path = unpacked(packed, tmp_path, "journal.sqlite")
    create_journal(tmp_path / "fresh.sqlite")
    with open_journal(path) as journal, journal.reading() as connection:
        found = {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in DECISIONS
        }
    assert found == dict.fromkeys(DECISIONS, 1)
    assert journal_schema(path) == journal_schema(tmp_path / "fresh.sqlite")


def journal_schema(path):
    with closing(sqlite3.connect(path)) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: sorted(row[1:4] for row in connection.execute(f"PRAGMA table_info({name})"))
            for name in names
        }


def test_e08_an_upgrade_that_is_killed_leaves_the_old_file_as_it_was(tmp_path):
    path = unpacked(FACTS[0], tmp_path, "master.duckdb")
    code = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        import warehouse.schema as schema
        # The last thing before the commit.
        schema.rearm = lambda connection: os._exit(9)
        from warehouse.connection import open_master
        with open_master(Path(sys.argv[1])):
            pass
        """
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60)
    assert killed.returncode == 9
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("SELECT max(version) FROM schema_version").fetchone() == (1,)
        assert counts(connection, ROWS) == ROWS
    with open_master(path) as connection:
        assert counts(connection, ROWS) == ROWS


def test_e08_an_older_program_refuses_a_newer_warehouse_and_names_both_versions(tmp_path):
    path = unpacked(FACTS[-1], tmp_path, "master.duckdb")
    with duckdb.connect(path) as connection:
        connection.execute("INSERT INTO schema_version (version, name) VALUES (9999, 'x')")
    said = f"has schema version 9999, this program knows up to {newest_version()}"
    with pytest.raises(WarehouseVersionError, match=said), open_master(path):
        pass


def test_e08_an_older_program_refuses_a_newer_journal_and_names_both_versions(tmp_path):
    path = unpacked(JOURNALS[-1], tmp_path, "journal.sqlite")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, '2026-01-01 00:00:00.000000')")
    said = f"has schema version 9999, this program knows up to {len(MIGRATIONS)}"
    with pytest.raises(JournalVersionError, match=said):
        open_journal(path)
