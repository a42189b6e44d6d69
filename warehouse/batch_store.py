"""Where a run writes its batches: announced in the archive, committed, confirmed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from warehouse.batch import Batch, BatchCounts, write_batch
from warehouse.commit_book import CommitBook, CommitNote, CommittedTotals
from warehouse.connection import Connection
from warehouse.errors import ArchiveError
from warehouse.kept_ledger import keep_ledger
from warehouse.ledger import arrivals_of_run
from warehouse.sql import query
from warehouse.transaction import checkpoint

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class BatchStore:
    """Writes the batches of one run and keeps the commit book with them.

    Attributes
    ----------
    connection : Connection
        The open master.
    book : CommitBook
        Of the site's archive.
    run_id : int
        The run whose number the notes bear.

    """

    connection: Connection
    book: CommitBook
    run_id: int
    _written: int = field(default=0)

    def write(self, batch: Batch, *, archive: Callable[[], None] = lambda: None) -> BatchCounts:
        """Write `batch` as `warehouse.batch.write_batch` does, its note before and its mark after.

        Parameters
        ----------
        archive
            Called after the note and before the commit: makes every input of the batch durable, as
            rows without their bytes could never be made again.

        """
        self._written += 1
        note = CommitNote(
            run_id=self.run_id,
            number=self._written,
            arrivals=batch.arrivals,
            images=tuple((image.image_id, image.revision) for image in batch.images),
        )
        path = self.book.announce(note)
        archive()
        counts = write_batch(self.connection, batch)
        self.book.confirm(path)
        return counts

    def close(self) -> None:
        """Checkpoint what was written and close the book; call it at the end of a whole run."""
        checkpoint(self.connection)
        runs = {row.run_id for note in self._notes() for row in note.arrivals}
        for run_id in sorted(runs):
            keep_ledger(self.book.archive, run_id, arrivals_of_run(self.connection, run_id))
        self.book.close(totals_of(self.connection, self.run_id))

    def _notes(self) -> list[CommitNote]:
        try:
            return self.book.notes()
        except ArchiveError as error:
            logger.warning("the ledger of a run is not kept: %s", error)
            return []


def totals_of(connection: Connection, run_id: int) -> CommittedTotals:
    """Return how many rows the warehouse holds at present."""
    row = connection.execute(query("committed_totals")).fetchone()
    assert row is not None
    images, inspections, arrivals = row
    return CommittedTotals(run_id, int(images), int(inspections), int(arrivals))
