"""`blemish sql`."""

import csv
import sys
from pathlib import Path

from jobs.commands.output import plain, print_json, print_table, say
from jobs.commands.site import TableFormat
from jobs.commands.site_context import open_site
from jobs.errors import InputError
from warehouse.adhoc import QueryResult, run_query, schema_description
from warehouse.spreadsheet import neutral_row

TABLE_ROWS = 1000


def run(statement: str | None, given: Path | None, *, form: TableFormat, schema: bool) -> int:
    """Run one SELECT on the published snapshot, or explain its columns."""
    site, _ = open_site(given)
    if schema:
        result = _schema(site.current)
    elif statement:
        # A table of more rows is read by nobody; files take them all.
        limit = TABLE_ROWS if form is TableFormat.TABLE else None
        result = run_query(site.current, statement, limit)
    else:
        raise InputError("give a SELECT in quotes, or --schema")
    if form is TableFormat.JSON:
        columns = result.columns
        print_json([dict(zip(columns, row, strict=True)) for row in result.rows])
    elif form is TableFormat.CSV:
        _print_csv(result)
    else:
        print_table(result.columns, result.rows)
    if result.truncated:
        say(f"only the first {TABLE_ROWS} rows are shown; --format csv gives all")
    return 0


def _schema(link: Path) -> QueryResult:
    rows: list[tuple[object, ...]] = [
        (table.name, table.kind, column.name, column.type, column.comment)
        for table in schema_description(link)
        for column in table.columns
    ]
    return QueryResult(("table", "kind", "column", "type", "meaning"), rows, truncated=False)


def _print_csv(result: QueryResult) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(neutral_row(result.columns))
    for row in result.rows:
        writer.writerow(neutral_row(_cell(value) for value in row))


def _cell(value: object) -> object:
    simple = plain(value)
    return " ".join(map(str, simple)) if isinstance(simple, list) else simple
