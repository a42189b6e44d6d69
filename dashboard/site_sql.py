"""The SQL desk of a site folder: the gate on its snapshot, and its journal."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO

from warehouse.adhoc import TableDescription, schema_description
from warehouse.gate.gate import Answer, QueryGate, Stream
from warehouse.gate.limits import QueryLimits
from warehouse.journal import saved_queries
from warehouse.journal.saved_queries import SavedQuery
from warehouse.journal.store import Journal, open_journal
from warehouse.site import Site


class SiteSqlDesk:
    """Runs queries through the gate; nothing is started before the first one."""

    def __init__(self, site: Site, gate: QueryGate, journal: Journal) -> None:
        self._site = site
        self._gate = gate
        self._journal = journal

    def close(self) -> None:
        """End the processes of the gate and close the journal."""
        self._gate.close()
        self._journal.close()

    def run(self, sql: str, job: str) -> Answer:
        """Run one query and return its first rows."""
        return self._gate.rows(sql, job=job)

    def cancel(self, job: str) -> bool:
        """End a query; False when it does not run."""
        return self._gate.cancel(job)

    def stream(self, sql: str) -> AbstractContextManager[Stream]:
        """Run one query and give all its rows as they come."""
        return self._gate.stream(sql, whole=True)

    def parquet(self, sql: str) -> AbstractContextManager[BinaryIO]:
        """Run one query into a Parquet file."""
        return self._gate.parquet(sql)

    def tables(self) -> list[TableDescription]:
        """Return every table and view; who asks is about to query."""
        self._gate.warm()
        return schema_description(self._site.current)

    def saved(self) -> list[SavedQuery]:
        """Return the saved queries, by name."""
        return saved_queries.saved_queries(self._journal)

    def save(self, row: SavedQuery) -> None:
        """Keep a query under its name."""
        saved_queries.save_query(self._journal, row)

    def drop(self, name: str, *, who: str, now: datetime) -> None:
        """Forget a saved query."""
        saved_queries.drop_query(self._journal, name, who=who, now=now)


def open_sql_desk(site: Site, limits: QueryLimits | None = None) -> SiteSqlDesk:
    """Return the desk of `site`, with the usual limits unless others are given.

    Raises
    ------
    warehouse.errors.JournalMissingError
        The site has no journal.

    """
    return SiteSqlDesk(site, QueryGate(site.current, limits), open_journal(site.journal))
