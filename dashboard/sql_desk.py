"""What the SQL page runs and keeps, as a protocol: the page knows no store, tests give their own."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO, Protocol

from warehouse.adhoc import TableDescription
from warehouse.gate.gate import Answer, Stream
from warehouse.journal.saved_queries import SavedQuery


class SqlDesk(Protocol):
    """Queries on the published snapshot, and the names under which people keep them.

    Every method may raise `warehouse.errors.WarehouseError`; its text is fit for the page.
    """

    def run(self, sql: str, job: str) -> Answer:
        """Run one query and return its first rows; `job` names it to `cancel`."""

    def cancel(self, job: str) -> bool:
        """End a query; False when it does not run."""

    def stream(self, sql: str) -> AbstractContextManager[Stream]:
        """Run one query and give all its rows as they come."""

    def parquet(self, sql: str) -> AbstractContextManager[BinaryIO]:
        """Run one query into a Parquet file."""

    def tables(self) -> list[TableDescription]:
        """Return every table and view with its comments, views first."""

    def saved(self) -> list[SavedQuery]:
        """Return the saved queries, by name."""

    def save(self, row: SavedQuery) -> None:
        """Keep a query under its name."""

    def drop(self, name: str, *, who: str, now: datetime) -> None:
        """Forget a saved query."""
