"""Up to three of the worst parts behind an alarm, small, with their defects outlined."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dashboard.address import PartView, address
from dashboard.metric_names import metric_name
from inference.errors import InferenceError
from inference.overlay import OUTLINE_COLOURS
from inference.reading import ReadLimits, read_image
from jobs.mail.content import MailPart, MailPicture
from jobs.monitoring.rule_words import with_unit
from warehouse.errors import WarehouseError
from warehouse.parts import InspectionDetail, inspection_detail
from warehouse.records import CAMERA_METRICS, SignalRow

if TYPE_CHECKING:
    from jobs.mail.cards import MailSources

MOST_PARTS = 3
SIDE = 360
"""Longer side of a picture in pixels: a third of a mail's width on a sharp phone."""

HALO = "#10151b"
"""Under an outline, so that it stands out on white, too."""

Pixels = npt.NDArray[np.uint8]


def worst_parts(signals: Sequence[SignalRow], sources: MailSources) -> tuple[MailPart, ...]:
    """Return the parts that broke a limit by most, one picture each where the archive has it.

    Only points of the metric itself count: that a running average left its limits says nothing of
    the part that completed it.
    """
    if sources.archive is None:
        return ()
    points = [one for one in signals if one.panel != "running-average"] or list(signals)
    worst = sorted(points, key=_excess, reverse=True)
    chosen: dict[str, SignalRow] = {}
    for one in worst:
        chosen.setdefault(one.completing_pass_id, one)
    found = (_part(one, sources) for one in list(chosen.values())[:MOST_PARTS])
    return tuple(part for part in found if part is not None)


def _excess(signal: SignalRow) -> float:
    """How far a value is from the centre, in distances of the limit it broke from the centre."""
    distance = abs(signal.value - signal.center)
    limit = signal.ucl if signal.value >= signal.center else signal.lcl
    reach = abs(limit - signal.center) if limit is not None else 0.0
    return distance / reach if reach > 0 else distance


def _part(signal: SignalRow, sources: MailSources) -> MailPart | None:
    detail = inspection_detail(sources.connection, signal.completing_pass_id)
    if detail is None:
        return None
    metric = sources.characteristics[signal.characteristic_id].metric
    part_id = detail.inspection.part_id
    number = with_unit(_value(detail, metric), metric)
    words = f"{metric_name(metric).label.lower()} {number}".strip()
    view = PartView(inspection=signal.completing_pass_id)
    base = sources.settings.alerts.base_url.rstrip("/")
    return MailPart(
        name=part_id,
        words=words,
        link=base + address(view),
        picture=_picture(detail, f"Part {part_id}, defects outlined: {words}", sources),
    )


def _value(detail: InspectionDetail, metric: str) -> float | None:
    """The part's own value, or the mean of its pictures; None for what belongs to no single part."""
    if metric in CAMERA_METRICS:
        return fmean(getattr(image, metric) for image in detail.images) if detail.images else None
    value = getattr(detail.inspection, metric, None)
    return float(value) if isinstance(value, int | float) else None


def _picture(
    detail: InspectionDetail, description: str, sources: MailSources
) -> MailPicture | None:
    """The image of a part with most of its defects, outlined; None where it is not archived."""
    assert sources.archive is not None
    found: dict[str, int] = {image.image_id: 0 for image in detail.images}
    for defect in detail.defects:
        if defect.image_id in found:
            found[defect.image_id] += defect.pixel_count
    image = max(detail.images, key=lambda one: found[one.image_id], default=None)
    if image is None:
        return None
    try:
        pixels = read_image(sources.archive.read_image(image.image_id)).pixels
        mask = sources.archive.read_mask(image.image_id, image.model_id)
        classes = read_image(mask, ReadLimits(min_side=1)).pixels[..., 0]
    except (WarehouseError, InferenceError, OSError, ValueError):
        return None
    name = hashlib.sha256(detail.inspection.pass_id.encode()).hexdigest()[:16]
    return MailPicture(f"part-{name}@blemish", _small(pixels, classes), description, "image/jpeg")


def _small(pixels: Pixels, classes: Pixels) -> bytes:
    """A picture (blue, green, red) as a small JPEG, its scratches and stains outlined.

    The outlines are drawn at the size of the picture: shrunk with it, they would vanish.
    """
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    figure = Figure(figsize=(width * scale / 100, height * scale / 100), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.imshow(pixels[..., ::-1], aspect="auto", interpolation="antialiased")
    for defect_class, (blue, green, red) in OUTLINE_COLOURS.items():
        members = np.pad((classes == defect_class).astype(np.float64), 1)
        if not members.any():
            continue
        colour = (red / 255, green / 255, blue / 255)
        places = (np.arange(-1, width + 1), np.arange(-1, height + 1))
        for line, width_pt in ((HALO, 3.4), (colour, 1.9)):
            axes.contour(*places, members, levels=[0.5], colors=[line], linewidths=width_pt)
    axes.set_xlim(-0.5, width - 0.5)
    axes.set_ylim(height - 0.5, -0.5)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="jpg", pil_kwargs={"quality": 82})
    return buffer.getvalue()
