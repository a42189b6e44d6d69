"""The decisions in a published snapshot, compared with those of the journal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from warehouse.copy_file import add_journal_tables
from warehouse.journal.export import JournalTable


def published_rows(
    snapshot: Path, tables: Mapping[str, JournalTable], scratch: Path
) -> dict[str, list[dict[str, Any]]]:
    """Return, by table, the published rows that are not as in `tables`.

    Each is its key (the first column) and, by name of the other columns, whether they differ; all
    of them do where the journal has no such row.

    Parameters
    ----------
    scratch
        A new file to compare in.

    """
    content = {
        name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        for name, table in tables.items()
    }
    add_journal_tables(scratch, content)
    differing = {}
    with duckdb.connect(scratch) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        path = str(snapshot).replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS published (READ_ONLY)")
        for name, table in tables.items():
            key, *others = table.columns
            differs = ", ".join(
                f'(theirs."{column}" IS DISTINCT FROM ours."{column}") AS "{column}"'
                for column in others
            )
            found = connection.execute(
                f'SELECT * FROM (SELECT theirs."{key}", {differs} FROM published.main."{name}" AS theirs '  # noqa: S608 - names of the schema only
                f'LEFT JOIN main."{name}" AS ours ON ours."{key}" = theirs."{key}") '
                f"WHERE greatest({', '.join(chr(34) + column + chr(34) for column in others)})"
            )
            names = [column[0] for column in found.description or ()]
            differing[name] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return differing
