"""From a sighting and its measurements to the rows of the warehouse, and back for late views."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from operator import attrgetter

from inference.classes import DefectClass
from inference.defects import Defect
from inference.merging import PartDefect
from inference.metrics import SurfaceMetrics, measure_surface
from inference.pipeline import MeasuredImage
from inference.specification import SpecificationLimit, judge
from jobs.arrival.sightings import Sighting
from warehouse.records import (
    ClassName,
    DefectRow,
    ImageRow,
    InspectionRow,
    MergedDefectRow,
    MergedPieceRow,
)

# A defect has the same fields as its row; `asdict` would copy each value of thousands of defects.
DEFECT_FIELDS = tuple(field.name for field in fields(Defect))
DEFECT_VALUES = attrgetter(*DEFECT_FIELDS)
CLASS_OF_LABEL = {each.label: each for each in DefectClass if each is not DefectClass.BACKGROUND}
LABEL_OF_CLASS: Mapping[DefectClass, ClassName] = {
    DefectClass.SCRATCH: "scratch",
    DefectClass.STAIN: "stain",
}


def image_row(
    sighting: Sighting, measured: MeasuredImage, *, pass_id: str, revision: int, run_id: int
) -> ImageRow:
    """Return the row of one measured image."""
    row, column = sighting.view or (None, None)
    return ImageRow(
        image_id=measured.image_id,
        revision=revision,
        pass_id=pass_id,
        part_id=sighting.part_id,
        view_row=row,
        view_column=column,
        path=sighting.found.path,
        line=sighting.stream.line,
        station=sighting.stream.station,
        tool=sighting.stream.tool,
        family=sighting.stream.family,
        lot=sighting.lot,
        captured_at=sighting.captured_at,
        captured_at_source=sighting.captured_at_source,
        um_per_px=sighting.um_per_px,
        width=measured.width,
        height=measured.height,
        image_format=measured.image_format,
        model_id=measured.model_id,
        run_id=run_id,
        brightness=measured.statistics.brightness,
        contrast=measured.statistics.contrast,
        focus=measured.statistics.focus,
        mean_confidence=measured.statistics.mean_confidence,
        background_share=measured.statistics.background_share,
        entropy=measured.statistics.entropy,
        inference_ms=measured.inference_ms,
        sharpness=measured.picture.sharpness,
        detail=measured.picture.detail,
        dark_share=measured.picture.dark_share,
        saturated_share=measured.picture.saturated_share,
        flat_share=measured.picture.flat_share,
        repeated_share=measured.picture.repeated_share,
        noise_share=measured.picture.noise_share,
        chroma=measured.picture.chroma,
        pixel_key=measured.pixel_key,
    )


def defect_rows(
    measured: MeasuredImage, image: ImageRow, grid: tuple[int, int] | None
) -> list[DefectRow]:
    """Return one row per defect of an image, largest first, each with its place on the part.

    Parameters
    ----------
    image : ImageRow
        The row of the image: which view of the part it is.
    grid : (int, int) or None
        Rows and columns of the views that make a part; None where every view shows all of it.

    """
    rows = []
    for defect in measured.defects:
        values = dict(zip(DEFECT_FIELDS, DEFECT_VALUES(defect), strict=True))
        values["defect_class"] = defect.defect_class.label
        values["part_x"] = _on_part(defect.part_x, image.view_column, grid and grid[1])
        values["part_y"] = _on_part(defect.part_y, image.view_row, grid and grid[0])
        rows.append(DefectRow(measured.image_id, image.revision, **values))
    return rows


def _on_part(share: float, place: int | None, places: int | None) -> float:
    """Where a share of a view lies on the part, both from 0 to 1; places count from 1.

    A view outside the grid that is set shows a part of its own: nothing says where it belongs.
    """
    if place is None or places is None or not 1 <= place <= places:
        return share
    return (place - 1 + share) / places


def stored_metrics(image: ImageRow, defects: Sequence[DefectRow]) -> SurfaceMetrics:
    """Return the metrics of an image that is in the warehouse, from its defect rows."""
    own = [
        row for row in defects if (row.image_id, row.revision) == (image.image_id, image.revision)
    ]
    return measure_surface(
        [measured_defect(row) for row in own],
        width=image.width,
        height=image.height,
        um_per_px=image.um_per_px,
    )


def inspection_row(
    images: Sequence[ImageRow],
    metrics: SurfaceMetrics,
    *,
    revision: int,
    run_id: int,
    views_expected: int | None,
    limits: Sequence[SpecificationLimit],
) -> InspectionRow:
    """Return the row of one pass from all its views; without limits nothing passes or fails.

    Parameters
    ----------
    images : sequence of ImageRow
        The views of one pass, at least one.
    metrics : SurfaceMetrics
        Of all views together.

    """
    first = min(images, key=lambda each: (each.captured_at, each.path))
    disposition = judge(metrics, limits) if limits else None
    return InspectionRow(
        pass_id=first.pass_id,
        revision=revision,
        part_id=first.part_id,
        line=first.line,
        station=first.station,
        tool=first.tool,
        family=first.family,
        lot=next((image.lot for image in images if image.lot), None),
        captured_at=first.captured_at,
        model_id=first.model_id,
        run_id=run_id,
        views_expected=views_expected,
        views_present=len(images),
        **asdict(metrics),
        passed=None if disposition is None else disposition.passed,
        failed_criteria=() if disposition is None else disposition.failed,
    )


def merged_rows(
    inspection: InspectionRow, images: Sequence[ImageRow], defects: Sequence[PartDefect]
) -> tuple[tuple[MergedDefectRow, ...], tuple[MergedPieceRow, ...]]:
    """Return the rows of the defects that cross a border, and of their pieces.

    Parameters
    ----------
    images : sequence of ImageRow
        Those that the pieces' places count.
    defects : sequence of PartDefect
        All defects of the part, largest first; what lies in one view only needs no row.

    """
    crossing = [each for each in defects if len(each.pieces) > 1]
    merged = tuple(
        MergedDefectRow(
            pass_id=inspection.pass_id,
            revision=inspection.revision,
            merged_no=number,
            defect_class=LABEL_OF_CLASS[each.defect.defect_class],
            pieces=len(each.pieces),
            contour_area=each.defect.contour_area,
            pixel_count=each.defect.pixel_count,
            circle_x=each.defect.circle_x,
            circle_y=each.defect.circle_y,
            circle_radius=each.defect.circle_radius,
            box_x=each.defect.box_x,
            box_y=each.defect.box_y,
            box_width=each.defect.box_width,
            box_height=each.defect.box_height,
            box_angle=each.defect.box_angle,
            length=each.defect.length,
            confidence=each.defect.confidence,
            captured_at=inspection.captured_at,
        )
        for number, each in enumerate(crossing, start=1)
    )
    pieces = tuple(
        MergedPieceRow(
            pass_id=inspection.pass_id,
            revision=inspection.revision,
            merged_no=number,
            image_id=images[at].image_id,
            image_revision=images[at].revision,
            defect_no=defect_no,
        )
        for number, each in enumerate(crossing, start=1)
        for at, defect_no in each.pieces
    )
    return merged, pieces


def measured_defect(row: DefectRow) -> Defect:
    """Return the defect a stored row describes."""
    values = dict(zip(DEFECT_FIELDS, DEFECT_VALUES(row), strict=True))
    values["defect_class"] = CLASS_OF_LABEL[row.defect_class]
    return Defect(**values)
