"""The views of one pass as one surface: tiles laid edge to edge, or pictures that only add up."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from inference.contact import Tile
from inference.defects import Defect
from inference.merging import PartDefect, merge_tiles
from inference.metrics import SurfaceMetrics, combine_views, measure_part
from inference.overlay import decode_mask
from jobs.measurement.rows import measured_defect
from warehouse.errors import ArchiveError
from warehouse.records import DefectRow, ImageRow

logger = logging.getLogger(__name__)


class MeasuredView(Protocol):
    """One view of a pass: its row, its defects and what they add up to."""

    @property
    def image(self) -> ImageRow:
        """Its row."""

    @property
    def defects(self) -> tuple[DefectRow, ...]:
        """Its defects."""

    @property
    def metrics(self) -> SurfaceMetrics:
        """What they add up to."""


@dataclass(frozen=True, slots=True)
class PartSurface:
    """What all views of a pass show together.

    Attributes
    ----------
    defects : tuple of PartDefect
        Each counted once, largest first; empty where the views do not lie edge to edge.

    """

    metrics: SurfaceMetrics
    defects: tuple[PartDefect, ...] = ()


MaskFile: TypeAlias = Callable[[int], bytes]
"""Gives the mask file of a view by its place; ArchiveError where it is lost."""


def part_surface(
    views: Sequence[MeasuredView], mask_file: MaskFile, *, gap: int | None
) -> PartSurface:
    """Return the metrics of one part from all its views, in any order, at least one.

    Parameters
    ----------
    mask_file : callable
        Asked only where a defect may cross a border.
    gap : int or None
        See `inference.merging`; None where views do not adjoin: each is a surface of its own.

    """
    metrics = [view.metrics for view in views]
    images = [view.image for view in views]
    if gap is None or not is_grid(images):
        return PartSurface(combine_views(metrics))
    tiles = [_tile(view.image, [measured_defect(row) for row in view.defects]) for view in views]
    # Small files: kept, as they are read twice and must be there both times or never.
    files: dict[int, bytes | None] = {}

    def mask(at: int) -> npt.NDArray[np.uint8] | None:
        if at not in files:
            files[at] = _mask_bytes(mask_file, at, images[at])
        data = files[at]
        return None if data is None else decode_mask(data)

    defects = merge_tiles(tiles, mask, gap=gap)
    whole = measure_part(
        [each.defect for each in defects],
        surface_px=sum(view.surface_px for view in metrics),
        um_per_px=images[0].um_per_px,
    )
    return PartSurface(whole, defects)


def is_grid(images: Sequence[ImageRow]) -> bool:
    """Tell whether the pictures are tiles of one grid: two or more, places known, one size and scale."""
    places = {(image.view_row, image.view_column) for image in images}
    kinds = {(image.width, image.height, image.um_per_px) for image in images}
    return (
        len(images) > 1
        and all(row is not None and column is not None for row, column in places)
        and len(places) == len(images)
        and len(kinds) == 1
    )


def _tile(image: ImageRow, defects: Sequence[Defect]) -> Tile:
    assert image.view_row is not None
    assert image.view_column is not None
    return Tile(image.view_row, image.view_column, image.width, image.height, tuple(defects))


def _mask_bytes(mask_file: MaskFile, at: int, image: ImageRow) -> bytes | None:
    try:
        return mask_file(at)
    except ArchiveError as error:
        logger.warning("defects of %s are not joined across its borders: %s", image.path, error)
        return None
