"""Check the archive: every original against its name, and all that belongs to it."""

import hashlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from inference.errors import InferenceError
from inference.png_format import check_png
from jobs.progress import Progress
from jobs.upkeep.verify_report import Check
from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.references import known_models, measured_images
from warehouse.site import Site

_SHARDED: Final = re.compile(r"[0-9a-f]{2}")
_HASHED: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".csv", ".onnx"})
"""Files whose name is the SHA-256 of their bytes."""

_THREADS: Final = 4
_AT_ONCE: Final = 1000


def archive_check(site: Site, facts: Connection, *, quick: bool, progress: Progress) -> Check:
    """Check that each measured image has its original, sidecar and masks, and that bytes fit names.

    Parameters
    ----------
    quick
        Only see whether the files are there.

    """
    archive = Archive(site.archive)
    said = [*_missing(archive, facts), *_missing_models(archive, facts)]
    files = list(_files(site.archive))
    if not quick:
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="verify") as threads:
            for first in range(0, len(files), _AT_ONCE):
                progress("reading the archive", first, len(files))
                found = threads.map(_damage, files[first : first + _AT_ONCE])
                said += [sentence for sentence in found if sentence]
    read = "seen" if quick else "read"
    return Check(
        "archive", "archive: bytes fit their names", tuple(said), f"{len(files)} files {read}"
    )


def _missing(archive: Archive, facts: Connection) -> Iterator[str]:
    for image_id, model_id, image_format in measured_images(facts):
        suffix = {"jpeg": ".jpg"}.get(image_format.lower(), f".{image_format.lower()}")
        place = archive.root / image_id[:2] / image_id[2:4]
        if not (place / f"{image_id}{suffix}").is_file():
            yield f"image {image_id} has no original in the archive"
        if not archive.has_sidecar(image_id):
            yield f"image {image_id} has no sidecar in the archive"
        if not archive.has_mask(image_id, model_id):
            yield f"image {image_id} has no mask by model {model_id} in the archive"


def _missing_models(archive: Archive, facts: Connection) -> Iterator[str]:
    for model_id in known_models(facts):
        if not (archive.root / "models" / f"{model_id}.onnx").is_file():
            yield f"model {model_id} is not in the archive"


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _damage(path: Path) -> str:
    """Return what is wrong with one file, nothing when it is as it should be."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        # Notes of a run in progress come and go.
        return ""
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    try:
        if path.name.endswith(".mask.png"):
            check_png(data)
        elif path.suffix in _HASHED:
            found = hashlib.sha256(data).hexdigest()
            if found != path.stem:
                return f"{path} is damaged: its bytes have the SHA-256 {found}"
        elif path.suffix == ".json":
            json.loads(data)
    except InferenceError as error:
        return f"{path} is damaged: {error}"
    except ValueError as error:
        return f"{path} is damaged: {error}"
    return ""
