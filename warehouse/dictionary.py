"""The metrics dictionary: every table, view and column of the published file, as Markdown."""

from collections.abc import Sequence

from warehouse.adhoc import TableDescription

_HEAD = """# Metrics dictionary

Every table and view of `current.duckdb` with its columns, units and formulas. The same text comes
with the file itself: `blemish sql --site SITE --schema` prints it, and so does `duckdb_columns()`.
Times are instants in UTC. Areas and lengths are in pixels of the original image unless the name
says otherwise. This page is written by `python -m benchmarks.dictionary docs/metrics.md`.
"""


def dictionary_markdown(tables: Sequence[TableDescription]) -> str:
    """Return the page for `tables`, in their order.

    Examples
    --------
    >>> from warehouse.adhoc import ColumnDescription, TableDescription
    >>> column = ColumnDescription("n", "BIGINT", "Number of parts")
    >>> page = dictionary_markdown([TableDescription("day", "view", "One row per day", (column,))])
    >>> print(page[page.index("## "):])
    ## `day` (view)
    <BLANKLINE>
    One row per day.
    <BLANKLINE>
    | column | type | meaning |
    | --- | --- | --- |
    | `n` | BIGINT | Number of parts |
    <BLANKLINE>

    """
    return "\n".join([_HEAD, *(_section(table) for table in tables)])


def _section(table: TableDescription) -> str:
    rows = [
        f"| `{column.name}` | {column.type} | {column.comment.replace('|', chr(92) + '|')} |"
        for column in table.columns
    ]
    return "\n".join(
        [
            f"## `{table.name}` ({table.kind})",
            "",
            f"{table.comment.rstrip('.')}.",
            "",
            "| column | type | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )
