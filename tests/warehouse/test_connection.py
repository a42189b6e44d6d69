import shutil
import stat
import subprocess
import sys
import textwrap

import duckdb
import pytest

from warehouse.connection import create_master, log_file, open_master, open_snapshot
from warehouse.errors import (
    NotPublishedError,
    WarehouseDamagedError,
    WarehouseExistsError,
    WarehouseForeignError,
    WarehouseLockedError,
    WarehouseMissingError,
    WarehouseVersionError,
)
from warehouse.schema import checked_version
from warehouse.sql import migrations


@pytest.fixture
def master(tmp_path, empty_master):
    path = tmp_path / "master.duckdb"
    shutil.copyfile(empty_master, path)
    return path


def count(path, table):
    with open_master(path) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_new_warehouse_is_for_its_owner_only_and_leaves_nothing_else(tmp_path):
    create_master(tmp_path / "new" / "master.duckdb")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["master.duckdb"]
    assert stat.S_IMODE((tmp_path / "new" / "master.duckdb").stat().st_mode) == 0o600


def test_a_warehouse_is_never_overwritten(master):
    with pytest.raises(WarehouseExistsError, match="never overwritten"):
        create_master(master)


def test_none_is_created_beside_the_log_of_a_lost_one(tmp_path):
    path = tmp_path / "master.duckdb"
    log_file(path).write_bytes(b"log")
    with pytest.raises(WarehouseExistsError, match="log of a warehouse that is gone"):
        create_master(path)


def test_opening_never_creates(tmp_path):
    path = tmp_path / "master.duckdb"
    with pytest.raises(WarehouseMissingError, match="warehouse missing"), open_master(path):
        pass
    assert not path.exists()


def test_a_missing_file_beside_its_log_is_said_to_be_lost(tmp_path):
    path = tmp_path / "master.duckdb"
    log_file(path).write_bytes(b"log")
    with pytest.raises(WarehouseMissingError, match="the file was lost"), open_master(path):
        pass
    assert not path.exists()


def test_an_empty_file_is_no_warehouse(tmp_path):
    path = tmp_path / "master.duckdb"
    path.touch()
    with pytest.raises(WarehouseForeignError, match="is empty"), open_master(path):
        pass
    assert path.stat().st_size == 0


def test_a_text_file_is_no_warehouse(tmp_path):
    path = tmp_path / "master.duckdb"
    path.write_bytes(b"not a database" * 2000)
    with pytest.raises(WarehouseForeignError, match="is no warehouse"), open_master(path):
        pass


def test_a_foreign_duckdb_file_is_no_warehouse(tmp_path):
    path = tmp_path / "master.duckdb"
    duckdb.connect(path).close()
    with pytest.raises(WarehouseForeignError, match="no warehouse of this"), open_master(path):
        pass


def test_a_newer_schema_is_refused_with_both_versions(master):
    with open_master(master) as connection:
        connection.execute("INSERT INTO schema_version (version, name) VALUES (999, 'later')")
    newest = migrations()[-1][0]
    message = f"schema version 999, this program knows up to {newest}"
    with pytest.raises(WarehouseVersionError, match=message), open_master(master):
        pass


def test_an_older_schema_is_migrated_after_a_backup_copy(tmp_path):
    path = tmp_path / "master.duckdb"
    number, name, text = migrations()[0]
    with duckdb.connect(path) as connection:
        connection.execute(text)
        connection.execute(
            "INSERT INTO schema_version (version, name) VALUES (?, ?)", [number, name]
        )
    assert count(path, "schema_version") == len(migrations())
    with duckdb.connect(tmp_path / f"master-schema-{number}.duckdb") as backup:
        assert backup.execute("SELECT max(version) FROM schema_version").fetchone() == (number,)


def test_an_interrupted_migration_leaves_the_old_schema(tmp_path, monkeypatch):
    path = tmp_path / "master.duckdb"
    create_master(path)
    broken = (
        *migrations(),
        (999, "0999_broken.sql", "CREATE TABLE half (a INT); SELECT nonsense;"),
    )
    monkeypatch.setattr("warehouse.schema.migrations", lambda: broken)
    with pytest.raises(duckdb.Error, match="nonsense"), open_master(path):
        pass
    monkeypatch.undo()
    with open_master(path) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert ("half",) not in tables


def test_a_second_process_is_told_that_the_file_is_open(master):
    script = "import sys; from warehouse.connection import open_master\nfrom pathlib import Path\n"
    script += (
        "with open_master(Path(sys.argv[1])):\n    print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(master)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseLockedError, match="open in another process"):
            open_master(master).__enter__()
    finally:
        holder.communicate("")


def test_a_damaged_log_is_a_clear_error(master):
    write = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from warehouse.connection import open_master
        with open_master(Path(sys.argv[1])) as connection:
            connection.execute("INSERT INTO schema_version (version, name) VALUES (0, 'x')")
            os._exit(0)
    """)
    subprocess.run([sys.executable, "-c", write, str(master)], check=True)
    log = log_file(master)
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 0xFF
    log.write_bytes(content)
    with pytest.raises(WarehouseDamagedError, match="cannot be read"), open_master(master):
        pass


def test_a_file_that_fails_while_its_version_is_read_is_damaged(tmp_path):
    class Failing:
        def execute(self, _sql):
            raise duckdb.FatalException("FATAL Error: checksum\n\nStack Trace:\n/lib/x")

    with pytest.raises(WarehouseDamagedError, match=r"cannot be read: FATAL Error: checksum$"):
        checked_version(Failing(), tmp_path)


def test_times_come_back_in_utc(connection):
    zone = connection.execute("SELECT current_setting('TimeZone')").fetchone()
    stored = connection.execute("SELECT TIMESTAMPTZ '2026-03-02 09:00:00+01'").fetchone()[0]
    assert zone == ("UTC",)
    assert stored.isoformat() == "2026-03-02T08:00:00+00:00"


def test_there_is_no_snapshot_before_the_first_publication(site):
    with pytest.raises(NotPublishedError, match="nothing is published yet"):
        open_snapshot(site.current).__enter__()


def test_an_older_snapshot_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "serve-1.duckdb"
    number, name, text = migrations()[0]
    with duckdb.connect(path) as connection:
        connection.execute(text)
        connection.execute(
            "INSERT INTO schema_version (version, name) VALUES (?, ?)", [number, name]
        )
    with pytest.raises(WarehouseVersionError, match="publish again"):
        open_snapshot(path).__enter__()


def test_every_table_view_and_column_has_a_comment(connection):
    for listing in ("duckdb_tables()", "duckdb_views()", "duckdb_columns()"):
        without = connection.execute(
            f"SELECT COLUMNS('.*_name') FROM {listing} WHERE NOT internal AND comment IS NULL"
        ).fetchall()
        assert without == []
