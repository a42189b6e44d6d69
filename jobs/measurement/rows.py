"""From a sighting and its measurements to the rows of the warehouse, and back for late views."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from operator import attrgetter

from inference.classes import DefectClass
from inference.defects import Defect
from inference.metrics import SurfaceMetrics, combine_views, measure_surface
from inference.pipeline import MeasuredImage
from inference.specification import SpecificationLimit, judge
from jobs.arrival.sightings import Sighting
from jobs.configuration.sections import SpecificationSettings
from warehouse.records import DefectRow, ImageRow, InspectionRow

# A defect has the same fields as its row; `asdict` would copy each value of thousands of defects.
DEFECT_FIELDS = tuple(field.name for field in fields(Defect))
DEFECT_VALUES = attrgetter(*DEFECT_FIELDS)
CLASS_OF_LABEL = {each.label: each for each in DefectClass if each is not DefectClass.BACKGROUND}


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
    )


def defect_rows(measured: MeasuredImage, revision: int) -> list[DefectRow]:
    """Return one row per defect of an image, largest first."""
    rows = []
    for defect in measured.defects:
        values = dict(zip(DEFECT_FIELDS, DEFECT_VALUES(defect), strict=True))
        values["defect_class"] = defect.defect_class.label
        rows.append(DefectRow(measured.image_id, revision, **values))
    return rows


def stored_metrics(image: ImageRow, defects: Sequence[DefectRow]) -> SurfaceMetrics:
    """Return the metrics of an image that is in the warehouse, from its defect rows."""
    own = [
        row for row in defects if (row.image_id, row.revision) == (image.image_id, image.revision)
    ]
    return measure_surface(
        [_defect(row) for row in own],
        width=image.width,
        height=image.height,
        um_per_px=image.um_per_px,
    )


def inspection_row(
    images: Sequence[ImageRow],
    metrics: Sequence[SurfaceMetrics],
    *,
    revision: int,
    run_id: int,
    views_expected: int | None,
    limits: Sequence[SpecificationLimit],
) -> InspectionRow:
    """Return the row of one pass from all its views; without limits nothing passes or fails.

    Parameters
    ----------
    images, metrics
        The views of one pass and what each shows, in the same order, at least one.

    """
    first = min(images, key=lambda each: (each.captured_at, each.path))
    combined = combine_views(metrics)
    disposition = judge(combined, limits) if limits else None
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
        **asdict(combined),
        passed=None if disposition is None else disposition.passed,
        failed_criteria=() if disposition is None else disposition.failed,
    )


def specification_limits(settings: SpecificationSettings) -> tuple[SpecificationLimit, ...]:
    """Return the limits that are set, in the order of the settings."""
    return tuple(
        SpecificationLimit(metric, lower=limits.lower, upper=limits.upper)
        for metric in type(settings).model_fields
        if (limits := getattr(settings, metric)) is not None
    )


def _defect(row: DefectRow) -> Defect:
    values = dict(zip(DEFECT_FIELDS, DEFECT_VALUES(row), strict=True))
    values["defect_class"] = CLASS_OF_LABEL[row.defect_class]
    return Defect(**values)
