"""Passes measured again from the archive by one model, not yet written anywhere."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from inference.pipeline import MeasuredImage
from jobs.measurement.pool import MeasuringPool
from jobs.measurement.rows import defect_rows, inspection_row, merged_rows
from jobs.measurement.specifications import Specifications, limits_of
from jobs.measurement.tiling import part_surface
from jobs.measurement.views import Inspected, View
from jobs.measurement.worker import Answer, Failed, Refused
from jobs.settings import Settings
from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.errors import ArchiveError
from warehouse.parts import InspectionDetail, inspection_detail
from warehouse.records import ImageRow

BATCH_PASSES = 32
"""Measured and written together: what a kill costs."""


@dataclass(frozen=True, slots=True)
class MeasuredAgain:
    """One pass: all its views by one model, as a new revision of its inspection."""

    pass_id: str
    views: tuple[View, ...]
    inspected: Inspected


@dataclass(frozen=True, slots=True)
class Left:
    """A pass that keeps the numbers it has, and why."""

    pass_id: str
    reason: str


@dataclass(slots=True)
class AgainBench:
    """Measures stored passes by the model of `pool` and the rules of today.

    Attributes
    ----------
    run_id : int
        For the rows; 0 where nothing becomes part of the history.

    """

    connection: Connection
    archive: Archive
    pool: MeasuringPool
    settings: Settings
    specifications: Specifications
    run_id: int = 0

    def measure(self, pass_ids: Sequence[str]) -> list[MeasuredAgain | Left]:
        """Measure passes; one is measured whole or left as it is, never half by each model."""
        details = [(pass_id, inspection_detail(self.connection, pass_id)) for pass_id in pass_ids]
        waiting = [
            (pass_id, detail, [self._submit(image) for image in detail.images] if detail else [])
            for pass_id, detail in details
        ]
        return [
            self._made(detail, answers)
            if detail is not None and answers
            else Left(pass_id, "it has no image")
            for pass_id, detail, answers in waiting
        ]

    def _submit(self, image: ImageRow) -> "Future[Answer]":
        try:
            data = self.archive.read_image(image.image_id)
        except ArchiveError as error:
            lost: Future[Answer] = Future()
            lost.set_result(Refused("UNREADABLE", str(error)))
            return lost
        return self.pool.submit(data, image.um_per_px)

    def _made(
        self, detail: InspectionDetail, answers: Sequence["Future[Answer]"]
    ) -> MeasuredAgain | Left:
        before, views = detail.inspection, []
        for image, future in zip(detail.images, answers, strict=True):
            answer = future.result()
            if not isinstance(answer, MeasuredImage):
                return Left(before.pass_id, f"image {image.image_id[:12]}: {_words(answer)}")
            views.append(self._view(image, answer))
        masks = [view.mask_png or b"" for view in views]
        inbox = self.settings.inbox
        surface = part_surface(
            views,
            lambda at: masks[at],
            gap=inbox.seam_gap_px if inbox.views == "adjoining" else None,
        )
        images = [view.image for view in views]
        inspection = inspection_row(
            images,
            surface.metrics,
            revision=before.revision + 1,
            run_id=self.run_id,
            views_expected=before.views_expected,
            limits=limits_of(self.specifications, images),
        )
        merged, pieces = merged_rows(inspection, images, surface.defects)
        inspected = Inspected(inspection, (), merged, pieces)
        return MeasuredAgain(before.pass_id, tuple(views), inspected)

    def _view(self, image: ImageRow, answer: MeasuredImage) -> View:
        row = replace(
            image,
            revision=image.revision + 1,
            model_id=answer.model_id,
            run_id=self.run_id,
            mean_confidence=answer.statistics.mean_confidence,
            background_share=answer.statistics.background_share,
            entropy=answer.statistics.entropy,
            inference_ms=answer.inference_ms,
        )
        defects = tuple(defect_rows(answer, row, self.settings.inbox.view_grid))
        return View(row, defects, answer.metrics, answer.mask_png)


def _words(answer: Answer) -> str:
    if isinstance(answer, Refused):
        return f"{answer.reason}: {answer.message}"
    if isinstance(answer, Failed):
        return answer.traceback.strip().rpartition("\n")[2]
    return "not measured"
