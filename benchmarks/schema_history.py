"""Make the fixture of a released schema: `python -m benchmarks.schema_history FOLDER`.

One small file for each schema this program knows and FOLDER has not yet: facts-NNNN.duckdb.gz and
journal-NNNN.sqlite.gz, with rows in it. Files that are there stay: they are what was released.
"""

import gzip
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import duckdb
from sqlalchemy import create_engine, text

from warehouse.journal.migrations import MIGRATIONS
from warehouse.sql import migrations

BLOCK = 16_384


def make_facts(path: Path, version: int, rows: str) -> None:
    """Make a warehouse of a schema version with `rows` (SQL) in it."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{path}' AS made (BLOCK_SIZE {BLOCK})")
        connection.execute("USE made")
        for number, name, statements in migrations():
            if number <= version:
                connection.execute(statements)
                connection.execute(
                    "INSERT INTO schema_version VALUES ($number, $name, '2026-01-01 00:00:00+00')",
                    {"number": number, "name": name},
                )
        connection.execute(rows)
        connection.execute("CHECKPOINT made")


def make_journal(path: Path, version: int, rows: str) -> None:
    """Make a journal of a schema version; `rows` are those of version 1, brought up to it."""
    engine = create_engine(f"sqlite:///{path}")
    with closing(engine.raw_connection()), engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE schema_version (version INTEGER NOT NULL PRIMARY KEY, applied_at DATETIME NOT NULL)"
            )
        )
        for number, migration in enumerate(MIGRATIONS[:version], start=1):
            migration(connection)
            connection.execute(
                text("INSERT INTO schema_version VALUES (:number, '2026-01-01 00:00:00.000000')"),
                {"number": number},
            )
            if number == 1:
                for statement in filter(str.strip, rows.split(";\n")):
                    connection.exec_driver_sql(statement)
    engine.dispose()


def main(folder: Path) -> None:
    """Make what is missing in `folder`."""
    kinds = (
        ("facts", "duckdb", migrations()[-1][0], make_facts),
        ("journal", "sqlite", len(MIGRATIONS), make_journal),
    )
    with tempfile.TemporaryDirectory() as scratch:
        for kind, ending, newest, make in kinds:
            rows = (folder / f"{kind}_rows.sql").read_text("utf-8")
            for version in range(1, newest + 1):
                kept = folder / f"{kind}-{version:04}.{ending}.gz"
                if not kept.exists():
                    path = Path(scratch, f"{kind}-{version}")
                    make(path, version, rows)
                    kept.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
                    print(f"{kept} {kept.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
