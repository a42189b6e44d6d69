"""The commit book: what each batch holds, kept outside the database until a checkpoint has it.

A write-ahead log that was cut opens without a word and without the last commits, so the database
alone cannot say that something is gone. Before a batch is committed its note lies in the archive,
durable; after the commit the note is marked; once a checkpoint holds the rows the notes are removed
and the totals remembered. What a start has to compare is therefore bounded by one run, however long
the history.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from warehouse.durable import durable_file, sync_folder
from warehouse.errors import ArchiveError
from warehouse.leftovers import UNFINISHED
from warehouse.records import ArrivalRow

_NOTES: Final = "commits"
_TOTALS: Final = "committed.json"
_OPEN: Final = ".json"
_DONE: Final = ".done.json"


@dataclass(frozen=True, slots=True)
class CommitNote:
    """One batch: its run, its ledger rows, its images as (image_id, revision).

    `committed` tells whether the commit was confirmed: the rows of such a note were in the database.
    """

    run_id: int
    number: int
    arrivals: tuple[ArrivalRow, ...]
    images: tuple[tuple[str, int], ...]
    committed: bool = False


@dataclass(frozen=True, slots=True)
class CommittedTotals:
    """How much the warehouse held at the last checkpoint of a run, and the number of that run."""

    run_id: int
    images: int
    inspections: int
    arrivals: int


@dataclass(frozen=True, slots=True)
class CommitBook:
    """The notes in the archive folder `archive`."""

    archive: Path

    def announce(self, note: CommitNote) -> Path:
        """Store `note` before its batch is committed; return where it lies."""
        path = self._folder / f"{note.run_id:08}-{note.number:06}{_OPEN}"
        content = {
            "run_id": note.run_id,
            "number": note.number,
            "images": [list(image) for image in note.images],
            "arrivals": [arrival_to_plain(row) for row in note.arrivals],
        }
        text = json.dumps(content, ensure_ascii=False)
        with durable_file(path, scratch=self.archive / UNFINISHED) as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        return path

    def confirm(self, path: Path) -> None:
        """Mark the note at `path` as committed.

        Not made durable: a mark that a power cut takes back only changes how the loss is worded.
        """
        path.rename(path.with_name(path.name.removesuffix(_OPEN) + _DONE))

    def notes(self) -> list[CommitNote]:
        """Return the notes since the last checkpoint, oldest first."""
        if not self._folder.is_dir():
            return []
        return [_read(path) for path in sorted(self._folder.glob(f"[0-9]*{_OPEN}"))]

    def totals(self) -> CommittedTotals | None:
        """Return what the last checkpoint held; None where there was none yet."""
        path = self.archive / _TOTALS
        if not path.is_file():
            return None
        found = _parsed(path)
        try:
            return CommittedTotals(**{each.name: int(found[each.name]) for each in _TOTAL_FIELDS})
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(path, error) from error

    def newest_run(self) -> int:
        """Return the highest number of a run that the book knows, 0 when there is none."""
        numbers = [int(path.name.split("-")[0]) for path in self._folder.glob(f"[0-9]*{_OPEN}")]
        totals = self.totals()
        return max([0 if totals is None else totals.run_id, *numbers], default=0)

    def close(self, totals: CommittedTotals) -> None:
        """Remember `totals` and drop the notes; call it once a checkpoint holds their rows."""
        path = self.archive / _TOTALS
        with durable_file(path, scratch=self.archive / UNFINISHED) as file:
            file.write(json.dumps(asdict(totals)).encode())
        if self._folder.is_dir():
            for note in self._folder.glob(f"[0-9]*{_OPEN}"):
                note.unlink()
            sync_folder(self._folder)

    @property
    def _folder(self) -> Path:
        return self.archive / _NOTES


_TOTAL_FIELDS: Final = fields(CommittedTotals)


def arrival_to_plain(row: ArrivalRow) -> dict[str, Any]:
    """Return a ledger row as JSON has it."""
    return {**asdict(row), "first_seen_at": row.first_seen_at.isoformat()}


def _read(path: Path) -> CommitNote:
    found = _parsed(path)
    try:
        return CommitNote(
            run_id=int(found["run_id"]),
            number=int(found["number"]),
            arrivals=tuple(arrival_from_plain(row) for row in found["arrivals"]),
            images=tuple((str(image_id), int(revision)) for image_id, revision in found["images"]),
            committed=path.name.endswith(_DONE),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, error) from error


def arrival_from_plain(row: Mapping[str, Any]) -> ArrivalRow:
    """Return the ledger row that `arrival_to_plain` wrote."""
    return ArrivalRow(**{**row, "first_seen_at": datetime.fromisoformat(row["first_seen_at"])})


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error
    return found


def _damaged(path: Path, error: Exception) -> ArchiveError:
    return ArchiveError(
        f"{path} cannot be read ({error}); `blemish rebuild` compares the whole archive instead"
    )
