"""Segment image files outside a site: masks, overlays and the table of metrics."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from inference.defects import Defect, find_defects
from inference.errors import ImageRefusedError, ModelError
from inference.metrics import SurfaceMetrics, measure_surface
from inference.overlay import draw_overlay, encode_png
from inference.reading import read_image
from inference.segmenter import Segmenter
from inference.throughput import in_order
from jobs.errors import InputError
from warehouse.spreadsheet import neutral_row

IMAGE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp"})


@dataclass(frozen=True, slots=True)
class SegmentedImage:
    """What was found in one image, or why nothing was looked for.

    Attributes
    ----------
    reason, message : str
        Empty where the image was measured.
    mask, overlay : Path or None
        Files that were written.

    """

    path: Path
    reason: str = ""
    message: str = ""
    width: int = 0
    height: int = 0
    metrics: SurfaceMetrics | None = None
    defects: tuple[Defect, ...] = ()
    mask: Path | None = None
    overlay: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """The image as `blemish segment --json` prints it."""
        words = {"path": str(self.path), "outcome": "measured" if self.metrics else "refused"}
        if self.metrics is None:
            return {**words, "reason": self.reason, "message": self.message}
        return {
            **words,
            "width": self.width,
            "height": self.height,
            **asdict(self.metrics),
            "defects": [
                asdict(defect) | {"defect_class": defect.defect_class.label}
                for defect in self.defects
            ],
            "mask": None if self.mask is None else str(self.mask),
            "overlay": None if self.overlay is None else str(self.overlay),
        }


def image_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files among `paths` and the images in the folders among them, each once.

    Raises
    ------
    InputError
        A path does not exist, or there is no image at all.

    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (each for each in path.rglob("*") if each.suffix.lower() in IMAGE_ENDINGS)
            found.update(dict.fromkeys(sorted(each for each in inside if each.is_file())))
        elif path.exists():
            found[path] = None
        else:
            raise InputError(f"no file or folder {path}")
    if not found:
        raise InputError("no image (.png, .jpg, .bmp) in the folders given")
    return list(found)


def segment_files(
    paths: Sequence[Path],
    segmenter: Segmenter,
    *,
    out: Path | None = None,
    um_per_px: float | None = None,
    workers: int = 1,
) -> Iterator[SegmentedImage]:
    """Yield each image in turn; one that cannot be segmented is yielded with the reason.

    Parameters
    ----------
    segmenter : Segmenter
        Opened for as many callers as there are workers.
    out : Path, optional
        Folder for `NAME_mask.png` (8-bit values 0, 1, 2) and `NAME_overlay.png`; where two images
        have one name, the second one's files get `-2`.
    um_per_px : float, optional
        Micrometres per pixel.
    workers : int
        Images in work at a time.

    Raises
    ------
    InputError
        Nothing can be written to `out`.

    """
    work = partial(_segmented, segmenter, out, um_per_px)
    return in_order(work, zip(paths, _stems(paths), strict=True), workers=workers)


def _stems(paths: Iterable[Path]) -> Iterator[str]:
    """The name of each image's files: settled beforehand, whichever image is done first."""
    met: Counter[str] = Counter()
    for path in paths:
        met[path.stem] += 1
        yield path.stem if met[path.stem] == 1 else f"{path.stem}-{met[path.stem]}"


def _segmented(
    segmenter: Segmenter, out: Path | None, um_per_px: float | None, named: tuple[Path, str]
) -> SegmentedImage:
    path, stem = named
    target = None if out is None else out / stem
    try:
        return _measured(path, path.read_bytes(), segmenter, target, um_per_px)
    except OSError as error:
        return SegmentedImage(path, "UNREADABLE", error.strerror or str(error))
    except ImageRefusedError as error:
        return SegmentedImage(path, error.reason, str(error))
    except ModelError as error:
        return SegmentedImage(path, "MODEL", str(error))


def _measured(
    path: Path,
    data: bytes,
    segmenter: Segmenter,
    target: Path | None,
    um_per_px: float | None,
) -> SegmentedImage:
    image = read_image(data)
    segmentation = segmenter.segment(image.pixels)
    defects = find_defects(segmentation.mask, segmentation.confidence)
    mask = overlay = None
    if target is not None:
        mask = target.with_name(f"{target.name}_mask.png")
        overlay = target.with_name(f"{target.name}_overlay.png")
        _write(mask, encode_png(segmentation.mask))
        _write(overlay, encode_png(draw_overlay(image.pixels, segmentation.mask, defects)))
    return SegmentedImage(
        path,
        width=image.width,
        height=image.height,
        metrics=measure_surface(
            defects, width=image.width, height=image.height, um_per_px=um_per_px
        ),
        defects=defects,
        mask=mask,
        overlay=overlay,
    )


def write_metrics(path: Path, images: Iterable[SegmentedImage]) -> None:
    """Write one row of metrics per measured image.

    Raises
    ------
    InputError
        The file cannot be written.

    """
    names = [field.name for field in fields(SurfaceMetrics)]
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["image", *names])
            for image in images:
                if image.metrics is not None:
                    row = asdict(image.metrics)
                    writer.writerow(neutral_row([image.path, *(row[name] for name in names)]))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
