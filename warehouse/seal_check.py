"""Compare the facts with their seals: which parts of which tables are not as this program left them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from warehouse.evidence import EvidenceKey
from warehouse.seals import (
    ANCHOR,
    START,
    Part,
    Sealer,
    Sums,
    all_sums,
    arm,
    evidence_of,
    newest,
    seal_mac,
    sealer,
)
from warehouse.sql import query
from warehouse.transaction import transaction

_NOTHING: Final[Sums] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class SealHead:
    """Where the chain of seals stands: how many there are, and the HMAC of the last."""

    length: int
    mac: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One part of a table that is not as it was sealed; `rows` counts what is there too many."""

    table: str
    part: str
    rows: int


@dataclass(frozen=True, slots=True)
class SealReport:
    """What comparing the facts with their seals found.

    Attributes
    ----------
    sealed
        Rows of protected tables.
    disagreements
        Parts that were edited, by table.
    broken
        Number of the first seal that does not fit the chain, None when all do.
    macs
        Of every seal, oldest first.
    anchors
        (length, hash) of the audit trail as the seals remember it, oldest first.

    """

    sealed: int
    disagreements: tuple[Disagreement, ...]
    broken: int | None
    macs: tuple[str, ...]
    anchors: tuple[tuple[int, str], ...]


def seal_head(connection: duckdb.DuckDBPyConnection) -> SealHead:
    """Return the head of the chain of seals."""
    number, mac = newest(connection)
    return SealHead(number, "" if mac == START else mac)


def check_seals(connection: duckdb.DuckDBPyConnection, key: EvidenceKey) -> SealReport:
    """Compute every sum anew and compare; reads all rows of the protected tables."""
    arm(connection, key)
    evidence = evidence_of(connection)
    assert evidence is not None
    seals = connection.execute(query("seals")).fetchall()
    previous, broken = START, None
    for position, (*row, mac) in enumerate(seals, start=1):
        if row[0] != position or mac != seal_mac(evidence.key, previous, row):
            broken = position
            break
        previous = mac
    present, sealed = _present(connection), _sealed(seals)
    disagreements = [
        Disagreement(*part, present.get(part, _NOTHING)[0] - sealed.get(part, _NOTHING)[0])
        for part in sorted(present.keys() | sealed.keys())
        if present.get(part, _NOTHING) != sealed.get(part, _NOTHING)
    ]
    return SealReport(
        sealed=sum(sums[0] for sums in present.values()),
        disagreements=tuple(disagreements),
        broken=broken,
        macs=tuple(mac for *_, mac in seals),
        anchors=tuple((rows, part) for _, subject, part, rows, *_ in seals if subject == ANCHOR),
    )


def seal_everything(connection: duckdb.DuckDBPyConnection) -> None:
    """Seal what no seal covers, as it is: for a warehouse that had no key before."""
    with transaction(connection), sealer(connection) as seals:
        present = all_sums(connection)
        covered = _sealed(connection.execute(query("seals")).fetchall())
        for table, sums in present.items():
            before = {part: held for (name, part), held in covered.items() if name == table}
            seals.add_difference(table, before, sums)


def anchor(connection: duckdb.DuckDBPyConnection, length: int, head: str) -> None:
    """Remember where the audit trail stands, unless the newest anchor says the same."""
    last: Sequence[object] | None = connection.execute(query("newest_anchor")).fetchone()
    if last == (length, head) or length == 0:
        return
    with transaction(connection):
        Sealer(connection, evidence_of(connection)).append([(ANCHOR, head, length, 0, 0)])


def _present(connection: duckdb.DuckDBPyConnection) -> dict[Part, Sums]:
    """Return the sums of the rows that are there."""
    return {
        (table, part): sums
        for table, parts in all_sums(connection).items()
        for part, sums in parts.items()
    }


def _sealed(seals: Sequence[tuple[Any, ...]]) -> dict[Part, Sums]:
    """Return the sums that the seals add up to."""
    totals: dict[Part, Sums] = {}
    for _, subject, part, *added, _ in seals:
        if subject != ANCHOR:
            held = totals.get((subject, part), _NOTHING)
            totals[subject, part] = (held[0] + added[0], held[1] + added[1], held[2] + added[2])
    return {part: sums for part, sums in totals.items() if sums != _NOTHING}
