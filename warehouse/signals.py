"""Signals: append-only facts about rules broken; one that no longer holds is withdrawn."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import pandas as pd

from warehouse.connection import Connection
from warehouse.records import SignalRow
from warehouse.seals import Sealer, sealer
from warehouse.sql import query
from warehouse.staging import fetch, insert
from warehouse.transaction import transaction

_BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SignalChanges:
    """What an evaluation changed: signals new to the store, and those it withdrew."""

    inserted: tuple[SignalRow, ...]
    withdrawn: tuple[SignalRow, ...]


def signal_id(
    characteristic_id: str, phase_id: int, rule: str, panel: str, completing_pass_id: str
) -> str:
    """Return the id of a signal: 32 hexadecimal digits of the SHA-256 of its key.

    Examples
    --------
    >>> len(signal_id("L1/S1/T1/HS:stain_count", 1, "nelson-1", "individuals", "pass-7"))
    32

    """
    key = (characteristic_id, str(phase_id), rule, panel, completing_pass_id)
    # A zero byte between them, so that no two keys read the same.
    return hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def insert_signals(connection: Connection, rows: Iterable[SignalRow]) -> int:
    """Insert the signals that are not stored; the same evaluation twice adds nothing.

    A signal that was withdrawn and holds again gets a row and an id of its own.
    """
    with transaction(connection), sealer(connection) as seals:
        return len(_insert(connection, list(rows), all_signals(connection), seals))


def withdraw_signals(connection: Connection, reasons: Mapping[str, str], *, now: datetime) -> int:
    """Withdraw the signals `signal_id -> reason` that are open; return how many."""
    with transaction(connection), sealer(connection) as seals:
        return _withdraw(connection, reasons, now, seals)


def plan_changes(
    stored: Iterable[SignalRow], holding: Iterable[SignalRow], *, now: datetime, reason: str
) -> SignalChanges:
    """Return what makes `holding` the open ones among `stored`; nothing is written.

    What is missing is to be inserted, what is open but not in `holding` withdrawn with `reason`.
    """
    known, held = list(stored), list(holding)
    keys = {_key(row) for row in held}
    gone = (row for row in known if row.withdrawn_at is None and _key(row) not in keys)
    return SignalChanges(
        tuple(_missing(held, known)),
        tuple(replace(row, withdrawn_at=now, withdrawn_reason=reason) for row in gone),
    )


def write_changes(connection: Connection, changes: SignalChanges) -> None:
    """Write planned changes, within the transaction of the caller."""
    reasons = {row.signal_id: row.withdrawn_reason or "" for row in changes.withdrawn}
    with sealer(connection) as seals:
        insert(connection, "insert_signals", changes.inserted, seal=seals.into("signal"))
        for now in {row.withdrawn_at for row in changes.withdrawn if row.withdrawn_at}:
            _withdraw(connection, reasons, now, seals)


def signals_from(
    connection: Connection, characteristic_id: str, phase_id: int, since: datetime
) -> list[SignalRow]:
    """Return every signal of one chart completed at or after `since`, withdrawn ones too."""
    values = {"characteristic_id": characteristic_id, "phase_id": phase_id, "since": since}
    return fetch(SignalRow, connection.execute(query("signals_of_chart"), values))


def open_signals(
    connection: Connection, *, since: datetime, also: Collection[str] = ()
) -> list[SignalRow]:
    """Return the signals that hold: completed at or after `since`, or with an id in `also`."""
    values = {"since": since, "also": sorted(also) or [""]}
    return fetch(SignalRow, connection.execute(query("open_signals"), values))


def newest_open_signals(connection: Connection) -> dict[tuple[str, int], datetime]:
    """Return when the newest signal that holds was completed, by characteristic and phase."""
    found = connection.execute(query("newest_open_signals")).fetchall()
    return {(key, phase_id): newest.astimezone(UTC) for key, phase_id, newest in found}


def all_signals(connection: Connection, since: datetime | None = None) -> list[SignalRow]:
    """Return every signal completed at or after `since`, withdrawn ones too, oldest first."""
    values = {"every": True, "characteristic_id": "", "since": since or _BEGINNING}
    return fetch(SignalRow, connection.execute(query("signals"), values))


def signals_of(connection: Connection, characteristic_id: str) -> list[SignalRow]:
    """Return every signal of one characteristic, withdrawn ones too, oldest first."""
    values = {"every": False, "characteristic_id": characteristic_id, "since": _BEGINNING}
    return fetch(SignalRow, connection.execute(query("signals"), values))


def _key(row: SignalRow) -> tuple[str, int, str, str, str]:
    return (row.characteristic_id, row.phase_id, row.rule, row.panel, row.completing_pass_id)


def _insert(
    connection: Connection, rows: list[SignalRow], stored: list[SignalRow], seals: Sealer
) -> list[SignalRow]:
    """Insert those of `rows` that are not open among `stored`; return them as inserted."""
    added = _missing(rows, stored)
    insert(connection, "insert_signals", added, seal=seals.into("signal"))
    return added


def _missing(rows: list[SignalRow], stored: list[SignalRow]) -> list[SignalRow]:
    """Those of `rows` that are not open among `stored`, each with an id of its own."""
    still_open = {_key(row) for row in stored if row.withdrawn_at is None}
    times = Counter(_key(row) for row in stored)
    added = []
    for row in rows:
        key = _key(row)
        if key not in still_open:
            again = f"{row.signal_id}-{times[key] + 1}"
            added.append(replace(row, signal_id=again) if times[key] else row)
            still_open.add(key)
    return added


def _withdraw(
    connection: Connection, reasons: Mapping[str, str], now: datetime, seals: Sealer
) -> int:
    if not reasons:
        return 0
    frame = pd.DataFrame(list(reasons.items()), columns=["signal_id", "reason"], dtype="str")
    connection.register("withdrawing", frame)
    try:
        with seals.changing("signal", "signal_id IN (SELECT signal_id FROM withdrawing)"):
            row = connection.execute(query("withdraw_signals"), {"now": now}).fetchone()
    finally:
        connection.unregister("withdrawing")
    return int(row[0]) if row else 0
