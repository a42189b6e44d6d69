"""What a page may write, by the role and in the name of whoever is there, whatever was typed.

The second lock behind the callbacks: a callback that forgot to ask writes nothing either.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Final, cast

from dashboard.guard_identity import Identity
from dashboard.reader import Reader
from dashboard.sql_desk import SqlDesk
from warehouse.adhoc import TableDescription
from warehouse.errors import RoleError
from warehouse.gate.gate import Answer, Stream
from warehouse.journal.saved_queries import SavedQuery

WRITES: Final = frozenset(
    {
        "approve_phase",
        "end_silence",
        "propose_phase",
        "review",
        "revive_mail",
        "save_cause",
        "settle_alert",
        "silence",
        "turn_down_phase",
    }
)
"""Methods of a reader that change something; all but `save_cause` take `who`."""
NOT_YOURS: Final = (
    "Your role is viewer: it may look at everything and change nothing. Ask an engineer."
)


def refuse_viewers(identity: Identity) -> None:
    """Refuse whoever may not decide.

    Raises
    ------
    RoleError
        The role may only look.

    """
    if not identity.may_decide:
        raise RoleError(NOT_YOURS)


def signed_reader(reader: Reader, identity: Identity) -> Reader:
    """Return a reader that writes only if `identity` may, and in its name where it has one."""
    return cast("Reader", _SignedReader(reader, identity))


class _SignedReader:
    def __init__(self, reader: Reader, identity: Identity) -> None:
        self._reader = reader
        self._identity = identity

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._reader, name)
        return partial(self._write, name, found) if name in WRITES else found

    def _write(self, name: str, act: Callable[..., Any], *values: Any, **options: Any) -> Any:
        refuse_viewers(self._identity)
        person = self._identity.name
        if person and name == "save_cause":
            row, *rest = values
            return act(replace(row, created_by=person), *rest, **options)
        return act(*values, **(options | {"who": person} if person else options))


class SignedDesk:
    """A desk that keeps queries only for whoever may decide, and in their name."""

    def __init__(self, desk: SqlDesk, present: Callable[[], Identity]) -> None:
        self._desk = desk
        self._present = present

    def run(self, sql: str, job: str) -> Answer:
        """Run one query and return its first rows."""
        return self._desk.run(sql, job)

    def cancel(self, job: str) -> bool:
        """End a query."""
        return self._desk.cancel(job)

    def stream(self, sql: str) -> AbstractContextManager[Stream]:
        """Run one query and give all its rows as they come."""
        return self._desk.stream(sql)

    def parquet(self, sql: str) -> AbstractContextManager[BinaryIO]:
        """Run one query into a Parquet file."""
        return self._desk.parquet(sql)

    def tables(self) -> list[TableDescription]:
        """Return every table and view."""
        return self._desk.tables()

    def saved(self) -> list[SavedQuery]:
        """Return the saved queries."""
        return self._desk.saved()

    def save(self, row: SavedQuery) -> None:
        """Keep a query under its name."""
        identity = self._present()
        refuse_viewers(identity)
        self._desk.save(replace(row, owner=identity.name or row.owner))

    def drop(self, name: str, *, who: str, now: datetime) -> None:
        """Forget a saved query."""
        identity = self._present()
        refuse_viewers(identity)
        self._desk.drop(name, who=identity.name or who, now=now)
