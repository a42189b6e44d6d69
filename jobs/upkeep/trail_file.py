"""The audit trail as a file for people: CSV or JSON, oldest entry first."""

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

from jobs.errors import InputError
from warehouse.durable import durable_file
from warehouse.journal.audit import AuditRow, audit_trail, check_trail
from warehouse.journal.store import open_journal
from warehouse.site import Site

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_trail(site: Site, path: Path) -> None:
    """Write every entry with its hash to `path`, by its ending `.csv` or `.json`.

    Raises
    ------
    InputError
        The ending is another, or the file cannot be written.

    """
    if path.suffix.lower() not in (".csv", ".json"):
        raise InputError(f"{path} must end in .csv or .json")
    with open_journal(site.journal) as journal:
        rows = list(reversed(audit_trail(journal)))
        hashes = check_trail(journal).hashes
    entries = [
        {**asdict(row), "at": row.at.isoformat(), "hash": digest}
        for row, digest in zip(rows, hashes, strict=True)
    ]
    if path.suffix.lower() == ".json":
        text = json.dumps(entries, ensure_ascii=True, indent=1)
    else:
        text = _csv(entries)
    try:
        with durable_file(path) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _csv(entries: list[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*AuditRow.__slots__, "hash"], lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        writer.writerow({name: _cell(value) for name, value in entry.items()})
    return out.getvalue()


def _cell(value: object) -> object:
    """Return a value that a spreadsheet shows and does not calculate."""
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value
