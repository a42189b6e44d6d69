"""Store one batch: quarantine and archive first, then everything else in one transaction."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field, replace

from inference.pipeline import MeasuredImage
from jobs.arrival.file_bytes import FileBytes
from jobs.arrival.quarantine import Quarantine
from jobs.arrival.triage import Verdict
from jobs.measurement.archive import Keeper
from jobs.measurement.ledger import LedgerBook
from jobs.measurement.reading import Pending, ReadBatch
from jobs.measurement.rows import defect_rows, image_row
from jobs.measurement.sidecar import Measurement, sidecar, with_measurement
from jobs.measurement.verdicts import Judge
from jobs.measurement.views import Inspected, Inspector, View
from warehouse.batch import Batch
from warehouse.batch_store import BatchStore
from warehouse.errors import ArchiveError
from warehouse.records import ArrivalRow, ImageRow, ModelRow

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Settler:
    """Holds what is refused and writes what is settled without measuring."""

    store: BatchStore
    quarantine: Quarantine
    ledger: LedgerBook
    _rows: list[ArrivalRow] = field(default_factory=list)

    def settle(self, verdict: Verdict, content: FileBytes | None = None) -> ArrivalRow | None:
        """Take in the last word on one file; its row waits for `flush` or `taken`.

        Returns
        -------
        ArrivalRow or None
            What the ledger has of the file after this run.

        """
        path, now = verdict.found.path, self.ledger.now
        if verdict.outcome == "quarantined":
            data = content.data if content else None
            self.quarantine.hold(path, verdict.reason, verdict.detail, data=data, now=now)
        if verdict.outcome in ("measured", "known") and content and path in self.ledger.earlier:
            self.quarantine.close(path, measured_sha256=content.sha256, now=now)
        row = self.ledger.settle(verdict, content)
        if row is None:
            return self.ledger.earlier.get(path)
        self._rows.append(row)
        return row

    def taken(self) -> tuple[ArrivalRow, ...]:
        """Return the rows that wait, for a batch of the caller's."""
        rows, self._rows = tuple(self._rows), []
        return rows

    def flush(self, *, at_least: int = 1) -> None:
        """Write the rows that wait, where they are so many."""
        if len(self._rows) >= at_least:
            self.store.write(Batch(arrivals=self.taken()))


@dataclass(slots=True)
class BatchWriter:
    """Writes the measured batches of one run, in their order.

    Attributes
    ----------
    keeper : Keeper
        Of originals, masks and sidecars.
    settings_hash : str
        Under which the settings of this run lie in the archive.
    model : ModelRow
        Of this run.

    """

    keeper: Keeper
    settler: Settler
    inspector: Inspector
    judge: Judge
    model: ModelRow
    settings_hash: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def write(self, batch: ReadBatch) -> None:
        """Wait for the measurements of `batch` and store it."""
        for settled in batch.settled:
            self.settler.settle(settled.verdict, settled.content)
        self.judge.pixels.look_up(pending.answer.result() for pending in batch.pending)
        measured = [pair for pending in batch.pending if (pair := self._measured(pending))]
        for twin in batch.twins:
            verdict = self.judge.of_twin(twin.sighting.found, self.verdicts[twin.content.sha256])
            self.settler.settle(verdict, twin.content)
        facts = self._facts(measured)
        self.settler.store.write(
            replace(
                facts,
                arrivals=self.settler.taken(),
                models=(self.model,) if facts.images else (),
            ),
            archive=self.keeper.finish,
        )

    def _measured(self, pending: Pending) -> tuple[Pending, View] | None:
        answer = pending.answer.result()
        verdict = self.judge.of_answer(pending.sighting, answer)
        self.verdicts[pending.content.sha256] = verdict
        row = self.settler.settle(verdict, pending.content)
        if not isinstance(answer, MeasuredImage) or verdict.outcome != "measured" or row is None:
            return None
        pass_id, sighting = pending.planned.pass_id, pending.sighting
        self.keeper.keep(pending.content.data, answer)
        self.keeper.describe(answer.image_id, sidecar(sighting, row, pass_id))
        run_id = self.settler.ledger.run_id
        image = image_row(sighting, answer, pass_id=pass_id, revision=1, run_id=run_id)
        defects = tuple(defect_rows(answer, image, self.inspector.grid))
        return pending, View(image, defects, answer.metrics, answer.mask_png)

    def _facts(self, measured: list[tuple[Pending, View]]) -> Batch:
        passes: dict[str, list[View]] = defaultdict(list)
        known = {pending.planned.pass_id for pending, _ in measured if pending.planned.known}
        for pending, view in measured:
            passes[pending.planned.pass_id].append(view)
        views: list[View] = []
        made: list[Inspected] = []
        for pass_id, new in passes.items():
            inspected = self.inspector.inspect(pass_id, new, is_known=pass_id in known)
            made.append(inspected)
            written = (*inspected.renewed, *new)
            views.extend(written)
            for view in written:
                self._describe(view.image, inspected.inspection.revision)
        return Batch(
            images=tuple(view.image for view in views),
            defects=tuple(row for view in views for row in view.defects),
            inspections=tuple(each.inspection for each in made),
            merged_defects=tuple(row for each in made for row in each.merged),
            merged_pieces=tuple(row for each in made for row in each.pieces),
        )

    def _describe(self, image: ImageRow, inspection_revision: int) -> None:
        """Note the measurement in the sidecar, so that a rebuild makes the same revisions."""
        made = Measurement(
            revision=image.revision,
            inspection_revision=inspection_revision,
            model_id=image.model_id,
            settings_hash=self.settings_hash,
            run_id=image.run_id,
        )
        try:
            content = self.keeper.described(image.image_id)
        except ArchiveError as error:
            # A picture of long ago whose sidecar is gone: its rows stay, a rebuild will miss it.
            logger.warning("the measurement is not noted: %s", error)
            return
        self.keeper.describe(image.image_id, with_measurement(content, made))
