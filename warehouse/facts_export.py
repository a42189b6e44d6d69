"""A text of every fact that does not depend on when or how it was stored.

Two warehouses that measured the same files with the same models and settings give the same bytes,
whatever the order of arrival, the size of the batches, the number of threads and the kills between:
`blemish verify` and the tests of recovery compare them.

One JSON object per line, `{"table": …, column: value, …}`; tables in the order of their names, rows
in the order of their columns. Left out are

- the tables of what was done rather than seen: runs, signals, states, the schema's history;
- numbers of runs, times of processing, milliseconds, and where a file lay on the disk (`LEFT_OUT`);
- all but the latest revision of an inspection, and its number: they tell in which steps the views of
  a part came in. Every measurement of an image is there, with its revision;
- all but the latest word of the ledger on a path, and the number of its changes.

Sums of the rollups are given to nine digits, as the sum of fractions depends on their order.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from warehouse.connection import Connection

LEFT_OUT: Final = frozenset(
    {"run_id", "inference_ms", "first_used_at", "first_seen_at", "inode", "change_no"}
)

_LATEST_WORD: Final = (
    "(path, change_no) IN (SELECT (path, max(change_no)) FROM arrival GROUP BY path)"
)
_LATEST_INSPECTION: Final = (
    "(pass_id, revision) IN (SELECT (pass_id, max(revision)) FROM inspection GROUP BY pass_id)"
)
EXPORTED: Final[Mapping[str, str]] = {
    "arrival": _LATEST_WORD,
    "daily_rollup": "",
    "defect": "",
    "image": "",
    "inspection": _LATEST_INSPECTION,
    "location_month_rollup": "",
    "location_rollup": "",
    "merged_defect": _LATEST_INSPECTION,
    "merged_piece": _LATEST_INSPECTION,
    "model": "",
}
"""The tables of an export, and which of their rows count."""

_SUMS: Final = frozenset({"total", "total_squares"})
_ROWS: Final = 10_000


def export_facts(
    connection: Connection, *, tables: Iterable[str] = tuple(EXPORTED)
) -> Iterator[str]:
    """Yield the lines of the export, each with its line end.

    Parameters
    ----------
    tables
        Only these of `EXPORTED`.

    """
    for table in sorted(tables):
        yield from _lines(connection, table, EXPORTED[table])


def export_digest(connection: Connection, *, tables: Iterable[str] = tuple(EXPORTED)) -> str:
    """Return the SHA-256 of the export: equal for equal facts."""
    digest = hashlib.sha256()
    for line in export_facts(connection, tables=tables):
        digest.update(line.encode())
    return digest.hexdigest()


def _lines(connection: Connection, table: str, counting: str) -> Iterator[str]:
    relation = connection.table(table)
    left_out = LEFT_OUT | {"revision"} if counting else LEFT_OUT
    columns = [name for name in relation.columns if name not in left_out]
    listed = ", ".join(f'"{name}"' for name in columns)
    found = (relation.filter(counting) if counting else relation).project(listed).order(listed)
    while rows := found.fetchmany(_ROWS):
        for row in rows:
            values = {name: _plain(name, value) for name, value in zip(columns, row, strict=True)}
            yield json.dumps({"table": table, **values}, ensure_ascii=False) + "\n"


def _plain(name: str, value: Any) -> Any:
    if name in _SUMS:
        return float(f"{value:.9g}")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
