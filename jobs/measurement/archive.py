"""What the archive keeps of one image: all that its rows can be rebuilt from."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from inference.pipeline import MeasuredImage
from jobs.arrival.sightings import Sighting
from warehouse.archive import Archive

THREADS = 8
SUFFIX_OF_FORMAT = {"png": ".png", "jpeg": ".jpg", "bmp": ".bmp"}


def keep_image(
    archive: Archive,
    data: bytes,
    sighting: Sighting,
    measured: MeasuredImage,
    *,
    pass_id: str,
    of_run: Mapping[str, Any],
) -> None:
    """Store the bytes, the mask, and last the sidecar: where there is one, all of it is there.

    Parameters
    ----------
    data : bytes
        As measured.
    of_run : mapping
        What is the same for every image of the run, such as the hash of the settings.

    """
    digest = measured.image_id
    archive.store_image(digest, data, SUFFIX_OF_FORMAT[measured.image_format])
    archive.store_mask(digest, measured.model_id, measured.mask_png)
    sidecar = {
        **of_run,
        "path": sighting.found.path,
        "part_id": sighting.part_id,
        "pass_id": pass_id,
        "pass": sighting.pass_name,
        "view": sighting.view,
        "line": sighting.stream.line,
        "station": sighting.stream.station,
        "tool": sighting.stream.tool,
        "family": sighting.stream.family,
        "lot": sighting.lot,
        "captured_at": sighting.captured_at.isoformat(),
        "captured_at_source": sighting.captured_at_source,
        "um_per_px": sighting.um_per_px,
        "model_id": measured.model_id,
    }
    archive.store_sidecar(digest, sidecar)


@dataclass(slots=True)
class Keeper:
    """Keeps images side by side: each waits for the disk several times, and the disk takes many.

    Make it with `keeper`.
    """

    archive: Archive
    of_run: Mapping[str, Any]
    threads: ThreadPoolExecutor
    _begun: list[Future[None]] = field(default_factory=list)

    def keep(self, data: bytes, sighting: Sighting, measured: MeasuredImage, pass_id: str) -> None:
        """Begin to store one image."""
        self._begun.append(
            self.threads.submit(
                keep_image,
                self.archive,
                data,
                sighting,
                measured,
                pass_id=pass_id,
                of_run=self.of_run,
            )
        )

    def finish(self) -> None:
        """Wait until everything begun is on the disk; raise what went wrong."""
        begun, self._begun = self._begun, []
        for future in begun:
            future.result()


@contextmanager
def keeper(archive: Archive, of_run: Mapping[str, Any]) -> Iterator[Keeper]:
    """Yield a keeper of images; nothing of it runs after the block."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="archive") as threads:
        yield Keeper(archive, of_run, threads)
