"""One transaction on the master: everything or nothing, errors in the words of this package."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from warehouse.errors import BatchError, WarehouseDamagedError, WarehouseFullError
from warehouse.full_volume import says_full


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the body wrote, or roll all of it back.

    Raises
    ------
    BatchError
        A row breaks a rule of the schema or cannot be stored.
    WarehouseFullError
        The volume is full.
    WarehouseDamagedError
        The file failed in another way; open it anew.

    """
    try:
        connection.execute("BEGIN")
    except duckdb.Error as error:
        raise _translated(error) or error from error
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        # A fatal error has ended the transaction already.
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        translated = _translated(error)
        if translated is None:
            raise
        raise translated from error


def checkpoint(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring every commit from the log into the file; the errors are those of `transaction`."""
    try:
        connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise _translated(error) or error from error


def _translated(error: BaseException) -> Exception | None:
    reason = " ".join(str(error).split("Stack Trace", maxsplit=1)[0].split())
    if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.InternalException):
        if says_full(reason):
            return WarehouseFullError(
                f"the volume of the warehouse is full, nothing of this batch was written: {reason}"
            )
        return WarehouseDamagedError(f"the warehouse could not be written: {reason}")
    if isinstance(error, duckdb.Error):
        return BatchError(f"a row breaks a rule, nothing of its batch was written: {reason}")
    return None
