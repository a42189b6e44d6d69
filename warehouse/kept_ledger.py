"""The ledger of every run beside the archive's images: what was refused or passed over, and why.

The row of a measured file is in the sidecar of its image; the others would be lost with the database.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from warehouse.commit_book import arrival_from_plain, arrival_to_plain
from warehouse.durable import durable_file
from warehouse.errors import ArchiveError
from warehouse.leftovers import UNFINISHED
from warehouse.records import ArrivalRow

_FOLDER: Final = "ledger"


def keep_ledger(archive: Path, run_id: int, rows: Iterable[ArrivalRow]) -> None:
    """Store the ledger rows of one run, measured files aside; the newest replaces."""
    lines = [
        json.dumps(arrival_to_plain(row), ensure_ascii=True) + "\n"
        for row in rows
        if row.outcome != "measured"
    ]
    if lines:
        path = archive / _FOLDER / f"{run_id:08}.jsonl"
        with durable_file(path, scratch=archive / UNFINISHED) as file:
            file.write("".join(lines).encode("ascii"))


def kept_ledger(archive: Path) -> Iterator[ArrivalRow]:
    """Yield the kept rows of every run, oldest first; ArchiveError where a file is damaged."""
    for path in sorted((archive / _FOLDER).glob("*.jsonl")):
        try:
            for line in path.read_text("ascii").splitlines():
                yield arrival_from_plain(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            raise ArchiveError(f"{path} is damaged: {error}") from error
