"""Who gets which mails: addresses, kinds of mail, and of which part of the plant."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from warehouse.errors import ChangedMeanwhileError, RecipientError, UnknownRowError
from warehouse.journal import audit
from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime
from warehouse.records import Stream

LONGEST_ADDRESS: Final = 254
LONGEST_NAME: Final = 80

recipient: Final = Table(
    "recipient",
    METADATA,
    Column("recipient_id", Integer, primary_key=True),
    Column("address", String(LONGEST_ADDRESS), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    *(Column(name, Boolean, nullable=False) for name in ("alerts", "digest", "failures")),
    # Null is any.
    *(Column(name, Text) for name in ("line", "station", "tool", "family")),
    Column("active", Boolean, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What a mail server takes without extensions, and no character that ends or divides a header.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)


@dataclass(frozen=True, slots=True)
class RecipientScope:
    """Of which part of the plant: all streams that agree with every field that is set.

    Examples
    --------
    >>> scope = RecipientScope(line="L1", station="S10")
    >>> scope.covers(Stream("L1", "S10", "T2", "HS")), scope.covers(Stream("L2", "S10", "T2", "HS"))
    (True, False)
    >>> str(scope), str(RecipientScope())
    ('line L1, station S10', 'the whole plant')

    """

    line: str | None = None
    station: str | None = None
    tool: str | None = None
    family: str | None = None

    def covers(self, stream: Stream) -> bool:
        """Tell whether a stream belongs to it."""
        wanted = {name: value for name, value in asdict(self).items() if value is not None}
        return all(getattr(stream, name) == value for name, value in wanted.items())

    def __str__(self) -> str:
        """Name it."""
        words = [f"{name} {value}" for name, value in asdict(self).items() if value is not None]
        return ", ".join(words) or "the whole plant"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address and what goes there.

    Attributes
    ----------
    recipient_id
        0 for one that the journal does not have: a new one, or one of the settings file.
    name
        For people on the pages; it stands in no mail.
    alerts, digest, failures
        Whether it gets mails of alerts, the nightly digest, and mails of failed or missing runs.
    scope
        Alerts and digest tell of this part of the plant only.

    """

    address: str
    name: str = ""
    alerts: bool = True
    digest: bool = False
    failures: bool = False
    scope: RecipientScope = field(default_factory=RecipientScope)
    active: bool = True
    recipient_id: int = 0


def is_address(text: str) -> bool:
    r"""Tell whether a text is one mail address and nothing else.

    Examples
    --------
    >>> is_address("lead@plant.example"), is_address("a@b\r\nBcc: c@d"), is_address("a@b, c@d")
    (True, False, False)

    """
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def recipient_problem(row: Recipient) -> str:
    """Return in one sentence why a recipient cannot be stored; empty when it can.

    Examples
    --------
    >>> recipient_problem(Recipient("lead at plant"))
    "'lead at plant' is no mail address; write one like name@plant.example"
    >>> recipient_problem(Recipient("lead@plant.example", alerts=False))
    'lead@plant.example would get nothing; choose alerts, digest or failures, or switch it off'

    """
    if not is_address(row.address):
        return f"{row.address[:80]!r} is no mail address; write one like name@plant.example"
    if len(row.name) > LONGEST_NAME or not row.name.isprintable():
        return f"the name must be one line of at most {LONGEST_NAME} letters"
    if row.active and not (row.alerts or row.digest or row.failures):
        return (
            f"{row.address} would get nothing; choose alerts, digest or failures, or switch it off"
        )
    return ""


def recipients(journal: Journal) -> list[Recipient]:
    """Return every recipient of the journal, also those switched off, by number."""
    with journal.reading() as connection:
        return _all(connection)


def save_recipient(
    journal: Journal,
    wanted: Recipient,
    *,
    seen: Recipient | None,
    seed: Sequence[Recipient],
    who: str,
    now: datetime,
    reason: str,
) -> Recipient:
    """Add a recipient, or change the one that was `seen`; return it as it is stored.

    Parameters
    ----------
    seen
        As a person saw it before the change; None for a new one.
    seed
        Those of the settings file: the first change takes them into the journal, which counts from
        then on.

    Raises
    ------
    RecipientError
        The address or the name cannot be used, or another row says the same.
    UnknownRowError, ChangedMeanwhileError
        The one that was seen is not there, or is another one now; nothing was written.

    """
    if problem := recipient_problem(wanted):
        raise RecipientError(problem)
    with journal.writing() as connection:
        present = _all(connection)
        if not present and seed:
            from_file = "from [alerts] of the settings file"
            present = [_insert(connection, row, who=who, now=now, reason=from_file) for row in seed]
            if seen is not None and seen in seed:
                seen = present[list(seed).index(seen)]
        before = None if seen is None else _unchanged(present, seen)
        twins = [row for row in present if _says_the_same(row, wanted) and row != before]
        if twins:
            raise RecipientError(
                f"{wanted.address} is a recipient for {wanted.scope} already; change that one"
            )
        if before is None:
            return _insert(connection, wanted, who=who, now=now, reason=reason)
        after = replace(wanted, recipient_id=before.recipient_id)
        if after != before:
            _change(connection, before, after, who=who, now=now, reason=reason)
        return after


def _unchanged(present: Iterable[Recipient], seen: Recipient) -> Recipient:
    """The stored row that a person saw; refused where it is another one now."""
    stored = next((row for row in present if row.recipient_id == seen.recipient_id), None)
    if stored is None and seen.recipient_id == 0:
        raise ChangedMeanwhileError(
            "somebody took the recipients of the settings file over after you opened this one; "
            "nothing was written, look at it again"
        )
    if stored is None:
        raise UnknownRowError(f"there is no recipient {seen.recipient_id}")
    if stored != seen:
        old, new = _values(seen), _values(stored)
        changed = ", ".join(
            f"{name} is {new[name]} now, not {old[name]}" for name in new if new[name] != old[name]
        )
        raise ChangedMeanwhileError(
            f"{seen.address} was changed after you opened it: {changed}; nothing was written, "
            "look at it again"
        )
    return stored


def _says_the_same(row: Recipient, other: Recipient) -> bool:
    return row.address.lower() == other.address.lower() and row.scope == other.scope


def _insert(
    connection: Connection, row: Recipient, *, who: str, now: datetime, reason: str
) -> Recipient:
    values = _values(row)
    stored = values | {"created_by": who, "created_at": now}
    key = connection.execute(insert(recipient).values(stored)).inserted_primary_key
    audit.append(
        connection,
        at=now,
        who=who,
        what="recipient added",
        subject=row.address,
        before=None,
        after=values,
        reason=reason,
    )
    return replace(row, recipient_id=int(key[0]) if key else 0)


def _change(
    connection: Connection,
    before: Recipient,
    after: Recipient,
    *,
    who: str,
    now: datetime,
    reason: str,
) -> None:
    change = update(recipient).where(recipient.c.recipient_id == before.recipient_id)
    connection.execute(change.values(_values(after)))
    audit.append(
        connection,
        at=now,
        who=who,
        what="recipient changed",
        subject=after.address,
        before=_values(before),
        after=_values(after),
        reason=reason,
    )


def _all(connection: Connection) -> list[Recipient]:
    found = connection.execute(select(recipient).order_by(recipient.c.recipient_id))
    return [_row(row) for row in found]


def _row(found: Row[Any]) -> Recipient:
    return Recipient(
        address=found.address,
        name=found.name,
        alerts=found.alerts,
        digest=found.digest,
        failures=found.failures,
        scope=RecipientScope(found.line, found.station, found.tool, found.family),
        active=found.active,
        recipient_id=found.recipient_id,
    )


def _values(row: Recipient) -> dict[str, Any]:
    return {
        "address": row.address,
        "name": row.name,
        "alerts": row.alerts,
        "digest": row.digest,
        "failures": row.failures,
        **asdict(row.scope),
        "active": row.active,
    }
