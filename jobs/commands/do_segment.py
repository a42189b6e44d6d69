"""`blemish segment`."""

import os
from pathlib import Path

from inference.pipeline import use_one_thread
from inference.segmenter import Segmenter, default_model_path
from jobs.commands.output import print_json, print_table, say
from jobs.console_progress import console_progress
from jobs.errors import InputError
from jobs.tables.segmenting import SegmentedImage, image_files, segment_files, write_metrics

COLUMNS = (
    ("stains", "stain_count"),
    ("stain %", "total_stain_pct"),
    ("largest stain px²", "largest_stain_area_px"),
    ("scratches", "scratch_count"),
    ("longest scratch px", "longest_scratch_px"),
    ("scratch %", "total_scratch_pct"),
)


def run(
    paths: list[Path],
    *,
    out: Path | None,
    model: Path | None,
    engine: str | None,
    um_per_px: float | None,
    as_json: bool,
) -> int:
    """Segment images; 2 where none could be measured."""
    if um_per_px is not None and not 0 < um_per_px < float("inf"):
        raise InputError(f"--um-per-px must be a number above 0, got {um_per_px}")
    files = image_files(paths)
    # Images side by side in one thread each, rather than one after the other in several.
    workers = min(4, os.cpu_count() or 1, len(files))
    use_one_thread()
    segmenter = Segmenter(model or default_model_path(), engine=engine, callers=workers)
    images: list[SegmentedImage] = []
    with console_progress() as progress:
        for image in segment_files(files, segmenter, out=out, um_per_px=um_per_px, workers=workers):
            images.append(image)
            progress("segmenting", len(images), len(files))
    if out is not None:
        write_metrics(out / "metrics.csv", images)
    for image in images:
        if image.metrics is None:
            say(f"blemish: {image.path}: {image.reason}: {image.message}")
    if as_json:
        name = {"name": segmenter.contract.name, "model_id": segmenter.model_id}
        print_json({"model": name, "images": [image.to_dict() for image in images]})
    else:
        _print(images)
    return 0 if any(image.metrics for image in images) else 2


def _print(images: list[SegmentedImage]) -> None:
    rows = [
        (image.path, *(getattr(image.metrics, metric) for _, metric in COLUMNS))
        for image in images
        if image.metrics is not None
    ]
    if rows:
        print_table(("image", *(title for title, _ in COLUMNS)), rows)
