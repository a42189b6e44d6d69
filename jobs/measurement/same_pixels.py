"""The same picture in another file: a PNG that was packed anew has other bytes and the same pixels."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from inference.pipeline import MeasuredImage
from jobs.measurement.worker import Answer

PathsOfPixels = Callable[[Collection[int]], Mapping[int, str]]


@dataclass(slots=True)
class PixelBook:
    """Knows under which path pixels were measured first, before this run and in it.

    Attributes
    ----------
    stored : callable
        From pixel keys to the paths the warehouse has them under.

    """

    stored: PathsOfPixels
    _paths: dict[int, str] = field(default_factory=dict)

    def look_up(self, answers: Iterable[Answer]) -> None:
        """Ask the warehouse once for all pictures of a batch."""
        keys = {each.pixel_key for each in answers if isinstance(each, MeasuredImage)}
        for key, path in self.stored(keys - self._paths.keys()).items():
            self._paths.setdefault(key, path)

    def first_path(self, pixel_key: int, path: str) -> str:
        """Return the path the pixels were met under first; it is `path` where they are new."""
        return self._paths.setdefault(pixel_key, path)
