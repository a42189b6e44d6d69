"""What the archive keeps of one image: all that its rows can be rebuilt from."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from inference.pipeline import MeasuredImage
from warehouse.archive import Archive

THREADS = 8
SUFFIX_OF_FORMAT = {"png": ".png", "jpeg": ".jpg", "bmp": ".bmp"}


def keep_image(archive: Archive, data: bytes, measured: MeasuredImage) -> None:
    """Store the bytes and the mask of one image."""
    archive.store_image(measured.image_id, data, SUFFIX_OF_FORMAT[measured.image_format])
    archive.store_mask(measured.image_id, measured.model_id, measured.mask_png)


@dataclass(slots=True)
class Keeper:
    """Keeps images side by side: each waits for the disk several times, and the disk takes many.

    Make it with `keeper`.
    """

    archive: Archive
    threads: ThreadPoolExecutor
    _begun: list[Future[Any]] = field(default_factory=list)
    _described: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def keep(self, data: bytes, measured: MeasuredImage) -> None:
        """Begin to store the bytes and the mask of one image."""
        self._begin(partial(keep_image, self.archive, data, measured))

    def describe(self, image_id: str, sidecar: Mapping[str, Any]) -> None:
        """Have the sidecar of an image stored by `finish`."""
        self._described[image_id] = sidecar

    def described(self, image_id: str) -> Mapping[str, Any]:
        """Return the sidecar of an image as it will be; ArchiveError where there is none."""
        return self._described.get(image_id) or self.archive.read_sidecar(image_id)

    def finish(self) -> None:
        """Wait until everything begun is on the disk, sidecars last; raise what went wrong.

        Where there is a sidecar, all that it speaks of is there.
        """
        self._wait()
        described, self._described = self._described, {}
        for image_id, sidecar in described.items():
            self._begin(partial(self.archive.store_sidecar, image_id, sidecar))
        self._wait()

    def _begin(self, work: Callable[[], Any]) -> None:
        self._begun.append(self.threads.submit(work))

    def _wait(self) -> None:
        begun, self._begun = self._begun, []
        for future in begun:
            future.result()


@contextmanager
def keeper(archive: Archive) -> Iterator[Keeper]:
    """Yield a keeper of images; nothing of it runs after the block."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="archive") as threads:
        yield Keeper(archive, threads)
