"""Migrations of the fact store: numbered SQL files, each applied once in a transaction."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseDamagedError, WarehouseForeignError, WarehouseVersionError
from warehouse.seals import Sums, all_sums, rearm, sealer
from warehouse.sql import migrations


def newest_version() -> int:
    """Return the schema version this program writes."""
    return migrations()[-1][0]


def checked_version(
    connection: duckdb.DuckDBPyConnection, path: Path, *, exactly: bool = False
) -> int:
    """Return the schema version of an open file, refusing one this program cannot use.

    Parameters
    ----------
    path
        Named in the messages.
    exactly
        Refuse an older version too: a read-only file cannot be migrated.

    Raises
    ------
    WarehouseForeignError
        The file has no `schema_version`.
    WarehouseDamagedError
        It cannot be read.
    WarehouseVersionError
        The file is newer than this program, or older with `exactly`.

    """
    try:
        row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    except duckdb.CatalogException as error:
        raise WarehouseForeignError(
            f"{path} is a DuckDB file, but no warehouse of this program"
        ) from error
    except duckdb.Error as error:
        reason = " ".join(str(error).split("Stack Trace", maxsplit=1)[0].split())
        raise WarehouseDamagedError(f"{path} cannot be read: {reason}") from error
    version = int(row[0]) if row and row[0] is not None else 0
    newest = newest_version()
    if version > newest:
        raise WarehouseVersionError(
            f"{path} has schema version {version}, this program knows up to {newest}; "
            "update the program"
        )
    if exactly and version < newest:
        raise WarehouseVersionError(
            f"{path} has schema version {version}, this program reads {newest}; "
            "publish again with `blemish run`"
        )
    return version


def migrate(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Apply every migration above `version`, all of them in one transaction.

    In a session that seals, a migration that changes rows of protected tables is sealed with them:
    what was edited by hand before stays to be found.
    """
    connection.execute("BEGIN")
    try:
        before = all_sums(connection)
        for number, name, text in migrations():
            if number > version:
                connection.execute(text)
                connection.execute(
                    "INSERT INTO schema_version (version, name) VALUES ($number, $name)",
                    {"number": number, "name": name},
                )
        _seal(connection, before)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    # A log that replays changed tables is the least trodden path of DuckDB; leave none.
    connection.execute("CHECKPOINT")


def _seal(connection: duckdb.DuckDBPyConnection, before: Mapping[str, Mapping[str, Sums]]) -> None:
    rearm(connection)
    after = all_sums(connection)
    with sealer(connection) as seals:
        for table, sums in before.items():
            seals.add_difference(table, sums, after[table])
