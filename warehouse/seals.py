"""Seals: evidence, kept in the transaction of each change, that no row was edited by hand.

Every row has a digest, SHA-256 under the site's key of its text. A seal is what one change added to
the sum of the digests of one part of a table (a day, a run, a characteristic). Sums take rows in any
order and give up what a change replaced, so late parts and withdrawn signals need no more than a new
seal; without the key nobody can make two rows of the same digest (the multiset hash MSet-Add-Hash:
Clarke, Devadas, van Dijk, Gassend, Suh, ASIACRYPT 2003). Each seal bears an HMAC over itself and the
one before it. `warehouse.seal_check` compares.
"""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from warehouse.evidence import EvidenceKey, read_key
from warehouse.site import Site
from warehouse.sql import query

Part = tuple[str, str]
"""Table and part of it."""

Sums = tuple[int, int, int]
"""Rows, sum of the upper halves and sum of the lower halves of their digests."""

_DAY: Final = "strftime(captured_at AT TIME ZONE 'UTC', '%Y-%m-%d')"

Run = Callable[[str], list[tuple[Any, ...]]]
"""Executes a statement and returns its rows."""

SEALED: Final[Mapping[str, str]] = {
    "ingest_run": "CAST(run_id AS VARCHAR)",
    "model": "model_id",
    "arrival": "CAST(run_id AS VARCHAR)",
    "image": _DAY,
    "defect": _DAY,
    "merged_defect": _DAY,
    "merged_piece": "''",
    "inspection": _DAY,
    "signal": "characteristic_id",
}
"""The protected tables, and what a seal of each covers. What is computed from them (rollups, states)
is protected by being computed again."""

ANCHOR: Final = "audit"
"""Subject of a seal that holds the head of the journal's audit chain instead of rows."""

START: Final = "0" * 64

_VARIABLE: Final = "evidence"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a session seals with: the key, and by table the SQL of part and digest of its rows."""

    key: bytes
    rows: Mapping[str, str]


def arm_beside(connection: duckdb.DuckDBPyConnection, master: Path) -> None:
    """Let the session seal what it writes, where the site of `master` has a key."""
    if key := read_key(Site(master.parent.parent).evidence_key):
        arm(connection, key)


def arm(connection: duckdb.DuckDBPyConnection, key: EvidenceKey) -> None:
    """Let the session seal what it writes. The key is kept by the session only, never in the file."""
    _arm(connection, key.derived("seals").hex())


def rearm(connection: duckdb.DuckDBPyConnection) -> None:
    """Let an armed session seal tables as they are after a change of the schema."""
    if evidence := evidence_of(connection):
        _arm(connection, evidence.key.hex())


def _arm(connection: duckdb.DuckDBPyConnection, seal_key: str) -> None:
    rows = {
        table: _digest_columns(part, columns, seal_key)
        for table, part in SEALED.items()
        if (columns := _columns(connection, table))
    }
    content = json.dumps({"key": seal_key, "rows": rows})
    connection.execute(f"SET VARIABLE {_VARIABLE} = $content", {"content": content})


def evidence_of(connection: duckdb.DuckDBPyConnection) -> Evidence | None:
    """Return what the session was armed with, None when it seals nothing."""
    row = connection.execute(f"SELECT getvariable('{_VARIABLE}')").fetchone()
    if row is None or row[0] is None:
        return None
    content = json.loads(row[0])
    return Evidence(bytes.fromhex(content["key"]), content["rows"])


@dataclass(slots=True)
class Sealer:
    """Collects what one transaction adds; `write` it before the commit. Make it with `sealer`."""

    connection: duckdb.DuckDBPyConnection
    evidence: Evidence | None
    _sums: defaultdict[Part, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * 3)
    )

    def into(self, table: str) -> "SealedInsert":
        """Return what runs INSERT statements into `table` and counts the rows they return."""
        return SealedInsert(self, table)

    def insert(self, table: str, statement: str, run: Run) -> list[tuple[Any, ...]]:
        """Run an INSERT that ends in RETURNING through `run`, and count the rows it returns."""
        if self.evidence is None or table not in self.evidence.rows:
            return run(statement)
        returned = run(f"{statement.rstrip().removesuffix(';')}, {self.evidence.rows[table]};")
        by_part: defaultdict[str, list[str]] = defaultdict(list)
        for *_, part, digest in returned:
            by_part[part].append(digest)
        for part, digests in by_part.items():
            self._add((table, part), digest_sums(digests))
        return [row[:-2] for row in returned]

    @contextmanager
    def changing(self, table: str, where: str) -> Iterator[None]:
        """Seal what the body changes in the rows for which `where` (SQL) holds before and after."""
        if self.evidence is None or table not in self.evidence.rows:
            yield
            return
        before = part_sums(self.connection, self.evidence, table, where)
        yield
        after = part_sums(self.connection, self.evidence, table, where)
        self.add_difference(table, before, after)

    def add_difference(
        self, table: str, before: Mapping[str, Sums], after: Mapping[str, Sums]
    ) -> None:
        """Add what turned the sums by part `before` into those `after`."""
        nothing = (0, 0, 0)
        for part in before.keys() | after.keys():
            old, new = before.get(part, nothing), after.get(part, nothing)
            self._add((table, part), (new[0] - old[0], new[1] - old[1], new[2] - old[2]))

    def write(self) -> None:
        """Write the seals, within the transaction of the caller."""
        rows = [
            (table, part, rows, high, low)
            for (table, part), (rows, high, low) in sorted(self._sums.items())
            if rows or high or low
        ]
        self._sums.clear()
        self.append(rows)

    def append(self, rows: Iterable[tuple[str, str, int, int, int]]) -> None:
        """Append seals as they are given, each chained to the one before."""
        if self.evidence is None:
            return
        number, mac = newest(self.connection)
        for row in rows:
            number += 1
            mac = seal_mac(self.evidence.key, mac, (number, *row))
            self.connection.execute(query("insert_seal"), [number, *row, mac])

    def _add(self, part: Part, sums: Sums) -> None:
        total = self._sums[part]
        for index, value in enumerate(sums):
            total[index] += value


@dataclass(frozen=True, slots=True)
class SealedInsert:
    """Runs INSERT statements into one table; see `Sealer.into`."""

    sealer: Sealer
    table: str

    def __call__(self, statement: str, run: Run) -> list[tuple[Any, ...]]:
        """Run `statement` through `run` and return its rows."""
        return self.sealer.insert(self.table, statement, run)


@contextmanager
def sealer(connection: duckdb.DuckDBPyConnection) -> Iterator[Sealer]:
    """Yield what seals the changes of the caller's transaction, and write the seals at its end."""
    found = Sealer(connection, evidence_of(connection))
    yield found
    found.write()


def newest(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Return number and HMAC of the newest seal: the head of the chain."""
    row = connection.execute(query("newest_seal")).fetchone()
    return (0, START) if row is None else (int(row[0]), str(row[1]))


def seal_mac(key: bytes, previous: str, row: Sequence[object]) -> str:
    """Return the HMAC of a seal (number, subject, part, rows, high, low) after `previous`."""
    text = json.dumps([previous, *row], ensure_ascii=True, separators=(",", ":"))
    return hmac.digest(key, text.encode("ascii"), hashlib.sha256).hex()


def digest_sums(digests: Sequence[str]) -> Sums:
    """Return the sums of some rows by their digests, 64 hexadecimal digits each.

    Examples
    --------
    >>> rows, high, low = digest_sums(["f" * 16 + "0" * 15 + "1" + "0" * 32] * 3)
    >>> rows, high == 3 * (2**64 - 1), low
    (3, True, 3)

    """
    words = np.frombuffer(bytes.fromhex("".join(digests)), ">u4").reshape(-1, 8)
    # By 32 bits, whose sum fits into 64 for four thousand million rows.
    sums = [int(word) for word in words.sum(axis=0, dtype=np.uint64)]
    return len(digests), (sums[0] << 32) + sums[1], (sums[2] << 32) + sums[3]


def part_sums(
    connection: duckdb.DuckDBPyConnection, evidence: Evidence, table: str, where: str = "true"
) -> dict[str, Sums]:
    """Return the sums of the rows of a table as they are, by part."""
    high, low = (f"CAST('0x' || substr(digest, {first}, 16) AS UBIGINT)" for first in (1, 17))
    found = connection.execute(
        f"SELECT part, count(*), sum({high}), sum({low}) FROM "  # noqa: S608 - names of ours only
        f"(SELECT {evidence.rows[table]} FROM {table} WHERE {where}) GROUP BY part"
    ).fetchall()
    return {part: (int(count), int(high), int(low)) for part, count, high, low in found}


def all_sums(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Sums]]:
    """Return the sums of every sealed table as it is; nothing where the session is not armed."""
    evidence = evidence_of(connection)
    if evidence is None:
        return {}
    return {table: part_sums(connection, evidence, table) for table in evidence.rows}


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, bool]]:
    """Return (name, type, whether it may be empty) of the columns of a table, none without it."""
    found = connection.execute(query("columns_of_table"), {"table": table}).fetchall()
    return [(name, kind, nullable) for name, kind, nullable in found]


def _digest_columns(part: str, columns: Sequence[tuple[str, str, bool]], key: str) -> str:
    """Return the SQL of the columns part and digest (64 hexadecimal digits) of a row."""
    texts = ", ".join(_text(name, kind, nullable=empty) for name, kind, empty in columns)
    return f"{part} AS part, sha256(concat_ws('|', '{key}', {texts})) AS digest"


def _text(name: str, kind: str, *, nullable: bool) -> str:
    """Return the SQL of the text of one value; NULL of NULL, which the row's text leaves out.

    So a column that a migration adds leaves the digest of older rows as it was.
    """
    column = f'"{name}"'
    if kind == "VARCHAR":
        text = column
    elif kind == "TIMESTAMP WITH TIME ZONE":
        text = f"CAST(epoch_us({column}) AS VARCHAR)"
    elif kind.endswith("[]"):
        text = f"CAST(to_json({column}) AS VARCHAR)"
    else:
        text = f"CAST({column} AS VARCHAR)"
    if kind.endswith("[]") or kind in ("VARCHAR", "JSON"):
        # With its length before it, no text can be read as two values.
        text = f"strlen({text}) || ':' || {text}"
    return f"'{name}=' || {text}" if nullable else text
