"""Store one batch: quarantine and archive first, then everything else in one transaction."""

from collections import defaultdict
from dataclasses import dataclass, field

from inference.pipeline import MeasuredImage
from jobs.arrival.file_bytes import FileBytes
from jobs.arrival.quarantine import Quarantine
from jobs.arrival.triage import Verdict
from jobs.measurement.archive import Keeper
from jobs.measurement.ledger import LedgerBook
from jobs.measurement.reading import Pending, ReadBatch
from jobs.measurement.rows import defect_rows, image_row
from jobs.measurement.verdicts import Judge
from jobs.measurement.views import Inspector, View
from warehouse.batch import Batch, write_batch
from warehouse.connection import Connection
from warehouse.records import ArrivalRow, DefectRow, ImageRow, InspectionRow, ModelRow


@dataclass(slots=True)
class Settler:
    """Holds what is refused and writes what is settled without measuring."""

    connection: Connection
    quarantine: Quarantine
    ledger: LedgerBook
    _rows: list[ArrivalRow] = field(default_factory=list)

    def settle(self, verdict: Verdict, content: FileBytes | None = None) -> None:
        """Take in the last word on one file; its row waits for `flush` or `taken`."""
        path, now = verdict.found.path, self.ledger.now
        if verdict.outcome == "quarantined":
            data = content.data if content else None
            self.quarantine.hold(path, verdict.reason, verdict.detail, data=data, now=now)
        if verdict.outcome == "measured" and content and path in self.ledger.earlier:
            self.quarantine.close(path, measured_sha256=content.sha256, now=now)
        if row := self.ledger.settle(verdict, content):
            self._rows.append(row)

    def taken(self) -> tuple[ArrivalRow, ...]:
        """Return the rows that wait, for a batch of the caller's."""
        rows, self._rows = tuple(self._rows), []
        return rows

    def flush(self, *, at_least: int = 1) -> None:
        """Write the rows that wait, where they are so many."""
        if len(self._rows) >= at_least:
            write_batch(self.connection, Batch(arrivals=self.taken()))


@dataclass(slots=True)
class BatchWriter:
    """Writes the measured batches of one run, in their order.

    Attributes
    ----------
    keeper : Keeper
        Of originals, masks and sidecars.
    keeper : Keeper
        Of originals, masks and sidecars.
    model : ModelRow
        Of this run.

    """

    connection: Connection
    keeper: Keeper
    settler: Settler
    inspector: Inspector
    judge: Judge
    model: ModelRow
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def write(self, batch: ReadBatch) -> None:
        """Wait for the measurements of `batch` and store it."""
        for settled in batch.settled:
            self.settler.settle(settled.verdict, settled.content)
        measured = [pair for pending in batch.pending if (pair := self._measured(pending))]
        for twin in batch.twins:
            verdict = self.judge.of_twin(twin.sighting.found, self.verdicts[twin.content.sha256])
            self.settler.settle(verdict, twin.content)
        images, defects, inspections = self._facts(measured)
        # The archive first: rows without their bytes could never be made again.
        self.keeper.finish()
        write_batch(
            self.connection,
            Batch(
                arrivals=self.settler.taken(),
                images=images,
                defects=defects,
                inspections=inspections,
                models=(self.model,) if images else (),
            ),
        )

    def _measured(self, pending: Pending) -> tuple[Pending, View] | None:
        answer = pending.answer.result()
        verdict = self.judge.of_answer(pending.sighting, answer)
        self.verdicts[pending.content.sha256] = verdict
        pass_id, sighting = pending.planned.pass_id, pending.sighting
        view = None
        if isinstance(answer, MeasuredImage):
            self.keeper.keep(pending.content.data, sighting, answer, pass_id)
            run_id = self.settler.ledger.run_id
            row = image_row(sighting, answer, pass_id=pass_id, revision=1, run_id=run_id)
            view = View(row, tuple(defect_rows(answer, revision=1)), answer.metrics)
        self.settler.settle(verdict, pending.content)
        return None if view is None else (pending, view)

    def _facts(
        self, measured: list[tuple[Pending, View]]
    ) -> tuple[tuple[ImageRow, ...], tuple[DefectRow, ...], tuple[InspectionRow, ...]]:
        passes: dict[str, list[View]] = defaultdict(list)
        known = {pending.planned.pass_id for pending, _ in measured if pending.planned.known}
        for pending, view in measured:
            passes[pending.planned.pass_id].append(view)
        views: list[View] = []
        inspections: list[InspectionRow] = []
        for pass_id, new in passes.items():
            inspected = self.inspector.inspect(pass_id, new, is_known=pass_id in known)
            inspections.append(inspected.inspection)
            views.extend((*inspected.renewed, *new))
        return (
            tuple(view.image for view in views),
            tuple(row for view in views for row in view.defects),
            tuple(inspections),
        )
