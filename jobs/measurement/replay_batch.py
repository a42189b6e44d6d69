"""One batch of archived images, measured again and written in one transaction."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from inference.pipeline import MeasuredImage
from jobs.measurement.ledger import MAX_DETAIL
from jobs.measurement.measuring import model_row
from jobs.measurement.pool import MeasuringPool
from jobs.measurement.replay_plan import PassEvent
from jobs.measurement.rows import defect_rows, image_row
from jobs.measurement.sidecar import (
    Measurement,
    arrival_of,
    measurements,
    sighting_of,
    with_measurement,
)
from jobs.measurement.views import Inspected, Inspector, View
from jobs.measurement.worker import Answer, Failed, Refused
from warehouse.archive import Archive
from warehouse.batch import Batch
from warehouse.batch_store import BatchStore
from warehouse.errors import ArchiveError
from warehouse.ledger import image_exists, next_revision
from warehouse.records import ArrivalRow, ModelRow


@dataclass(slots=True)
class ReplayReport:
    """What became of archived images.

    Attributes
    ----------
    images, inspections : int
        Rows made again.
    lost : list of (str, str)
        Images without rows, and why.

    """

    images: int = 0
    inspections: int = 0
    lost: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Submitted:
    image_id: str
    sidecar: Mapping[str, Any]
    answer: "Future[Answer]"


@dataclass(slots=True)
class ReplayBench:
    """Measures batches by one model and one set of rules."""

    store: BatchStore
    archive: Archive
    pool: MeasuringPool
    inspector: Inspector
    report: ReplayReport

    def measure(self, batch: Sequence[PassEvent]) -> None:
        """Store the rows of the events of `batch`, which have their circumstances in common."""
        self.inspector.run_id = batch[0].circumstances.run_id
        stored = image_exists(self.store.connection, [one for each in batch for one in each.images])
        submitted = [
            (event, [self._submit(image) for image in event.images if image not in stored])
            for event in batch
        ]
        arrivals: list[ArrivalRow] = []
        views: list[View] = []
        made: list[Inspected] = []
        for event, waiting in submitted:
            rows, new = self._answers(waiting)
            arrivals.extend(rows)
            if event.images and not new:
                continue
            inspected = self._inspected(event, new)
            made.append(inspected)
            views.extend((*inspected.renewed, *new))
        models = () if not (arrivals or made) else (self._model_row(arrivals, made),)
        self.store.write(
            Batch(
                arrivals=tuple(arrivals),
                images=tuple(view.image for view in views),
                defects=tuple(row for view in views for row in view.defects),
                inspections=tuple(each.inspection for each in made),
                merged_defects=tuple(row for each in made for row in each.merged),
                merged_pieces=tuple(row for each in made for row in each.pieces),
                models=models,
            )
        )
        self.report.images += sum(view.image.revision == 1 for view in views)
        self.report.inspections += len(made)

    def _model_row(self, arrivals: Sequence[ArrivalRow], made: Sequence[Inspected]) -> ModelRow:
        """The model, used since its first files; without new ones not before its last part."""
        seen = [row.first_seen_at for row in arrivals]
        known_since = min(seen) if seen else max(each.inspection.captured_at for each in made)
        return model_row(self.pool.model(), known_since)

    def _submit(self, image_id: str) -> _Submitted:
        sidecar = self.archive.read_sidecar(image_id)
        try:
            data = self.archive.read_image(image_id)
        except ArchiveError as error:
            answer: Future[Answer] = Future()
            answer.set_result(Refused("UNREADABLE", str(error)))
        else:
            answer = self.pool.submit(data, sighting_of(sidecar).um_per_px)
        return _Submitted(image_id, sidecar, answer)

    def _answers(self, waiting: Sequence[_Submitted]) -> tuple[list[ArrivalRow], list[View]]:
        """The ledger rows and the views; an image that is refused today is quarantined."""
        arrivals, views = [], []
        for each in waiting:
            answer = each.answer.result()
            arrival = arrival_of(each.sidecar, each.image_id)
            if isinstance(answer, MeasuredImage):
                views.append(self._view(each, answer))
            else:
                arrival = _quarantined(arrival, answer)
                self.report.lost.append((each.image_id, f"{arrival.reason}: {arrival.detail}"))
            arrivals.append(arrival)
        return arrivals, views

    def _view(self, submitted: _Submitted, answer: MeasuredImage) -> View:
        if not self.archive.has_mask(answer.image_id, answer.model_id):
            self.archive.store_mask(answer.image_id, answer.model_id, answer.mask_png)
        row = image_row(
            sighting_of(submitted.sidecar),
            answer,
            pass_id=submitted.sidecar["pass_id"],
            revision=1,
            run_id=self.inspector.run_id,
        )
        defects = tuple(defect_rows(answer, row, self.inspector.grid))
        return View(row, defects, answer.metrics, answer.mask_png)

    def _inspected(self, event: PassEvent, new: Sequence[View]) -> Inspected:
        is_known = next_revision(self.store.connection, event.pass_id) > 1
        inspected = self.inspector.inspect(event.pass_id, new, is_known=is_known)
        revision = inspected.inspection.revision
        if revision != event.circumstances.inspection_revision:
            for view in new:
                self._note(view.image.image_id, revision)
        return inspected

    def _note(self, image_id: str, inspection_revision: int) -> None:
        """Put right for which revision of its inspection an image was new."""
        sidecar = self.archive.read_sidecar(image_id)
        first = measurements(sidecar)[0]
        made = Measurement(
            first.revision, inspection_revision, first.model_id, first.settings_hash, first.run_id
        )
        self.archive.store_sidecar(image_id, with_measurement(sidecar, made))


def _quarantined(arrival: ArrivalRow, answer: Answer) -> ArrivalRow:
    reason, detail = "DECODER_CRASH", ""
    if isinstance(answer, Refused):
        reason, detail = answer.reason, answer.message
    elif isinstance(answer, Failed):
        detail = answer.traceback
    return replace(arrival, outcome="quarantined", reason=reason, detail=detail[:MAX_DETAIL])
