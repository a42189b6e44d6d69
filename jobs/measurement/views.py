"""All views of a pass become one inspection; a late view makes a new revision of it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inference.merging import DEFAULT_GAP_PX
from inference.metrics import SurfaceMetrics
from inference.pipeline import MeasuredImage
from jobs.measurement.pool import MeasuringPool
from jobs.measurement.rows import (
    defect_rows,
    inspection_row,
    merged_rows,
    stored_metrics,
)
from jobs.measurement.specifications import Specifications, limits_of
from jobs.measurement.tiling import part_surface
from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.errors import ArchiveError
from warehouse.ledger import next_image_revision, next_revision
from warehouse.parts import inspection_detail
from warehouse.records import DefectRow, ImageRow, InspectionRow, MergedDefectRow, MergedPieceRow

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """One view of a pass: its row, its defects and what they add up to.

    Attributes
    ----------
    mask_png : bytes, optional
        Of a view that is measured in this batch; others have theirs in the archive.

    """

    image: ImageRow
    defects: tuple[DefectRow, ...]
    metrics: SurfaceMetrics
    mask_png: bytes | None = None


@dataclass(frozen=True, slots=True)
class Inspected:
    """The inspection of a pass, and earlier views that were measured anew for it.

    Attributes
    ----------
    merged, pieces : tuple of rows
        The defects that cross a border between its views, and what they consist of.

    """

    inspection: InspectionRow
    renewed: tuple[View, ...] = ()
    merged: tuple[MergedDefectRow, ...] = ()
    pieces: tuple[MergedPieceRow, ...] = ()


@dataclass(slots=True)
class Inspector:
    """Makes the inspections of one run.

    Attributes
    ----------
    specifications : Specifications
        That parts are judged by, each by those of its stream.
    seam_gap_px : int or None
        Pixels that may lie between two pieces of a defect at a border between adjoining views; None
        where views do not adjoin.
    grid : (int, int) or None
        Rows and columns of the views that make a part; None where every view shows all of it.
    written : set of str
        Passes that this run has written already: a later piece of them is a late view.

    """

    connection: Connection
    archive: Archive
    pool: MeasuringPool
    model_id: str
    run_id: int
    views_expected: int | None
    specifications: Specifications
    seam_gap_px: int | None = DEFAULT_GAP_PX
    grid: tuple[int, int] | None = None
    written: set[str] = field(default_factory=set)

    def inspect(self, pass_id: str, views: Sequence[View], *, is_known: bool) -> Inspected:
        """Return the inspection of `pass_id` from its new `views` and those it has already."""
        late = is_known or pass_id in self.written
        earlier = self._earlier(pass_id) if late else []
        revision = next_revision(self.connection, pass_id) if late else 1
        every = [*earlier, *views]
        images = [view.image for view in every]
        surface = part_surface(every, lambda at: self._mask_file(every[at]), gap=self.seam_gap_px)
        inspection = inspection_row(
            images,
            surface.metrics,
            revision=revision,
            run_id=self.run_id,
            views_expected=self.views_expected,
            limits=limits_of(self.specifications, images),
        )
        self.written.add(pass_id)
        merged, pieces = merged_rows(inspection, images, surface.defects)
        renewed = tuple(view for view in earlier if self._is_renewed(view))
        return Inspected(inspection, renewed, merged, pieces)

    def _mask_file(self, view: View) -> bytes:
        if view.mask_png is not None:
            return view.mask_png
        return self.archive.read_mask(view.image.image_id, view.image.model_id)

    def _earlier(self, pass_id: str) -> list[View]:
        detail = inspection_detail(self.connection, pass_id)
        if detail is None:
            return []
        views = []
        for image in detail.images:
            own = tuple(row for row in detail.defects if row.image_id == image.image_id)
            view = View(image, own, stored_metrics(image, own))
            # One inspection, one model where that can be: a view that cannot be measured anew
            # keeps its old numbers rather than being lost.
            renewed = None if image.model_id == self.model_id else self._renewed(image)
            views.append(renewed or view)
        return views

    def _is_renewed(self, view: View) -> bool:
        return view.image.run_id == self.run_id and view.image.revision > 1

    def _renewed(self, image: ImageRow) -> View | None:
        """The view measured anew; None where the model refuses it or the archive has lost it."""
        try:
            data = self.archive.read_image(image.image_id)
        except ArchiveError as error:
            logger.warning("an earlier view keeps the numbers of its model: %s", error)
            return None
        answer = self.pool.submit(data, image.um_per_px).result()
        if not isinstance(answer, MeasuredImage):
            return None
        self.archive.store_mask(image.image_id, answer.model_id, answer.mask_png)
        revision = next_image_revision(self.connection, image.image_id)
        row = replace(
            image,
            revision=revision,
            model_id=answer.model_id,
            run_id=self.run_id,
            mean_confidence=answer.statistics.mean_confidence,
            background_share=answer.statistics.background_share,
            entropy=answer.statistics.entropy,
            inference_ms=answer.inference_ms,
        )
        return View(
            row, tuple(defect_rows(answer, row, self.grid)), answer.metrics, answer.mask_png
        )
