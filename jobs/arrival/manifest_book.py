"""All manifests of the inbox together: which row an image has, and which images must wait."""

from collections.abc import Container
from dataclasses import dataclass, field, replace

from jobs.arrival.manifest import Manifest, ManifestRow


@dataclass(frozen=True, slots=True)
class ManifestOutcome:
    """What became of one manifest in this run.

    Attributes
    ----------
    outcome : str
        accepted (read; some rows may be rejected), quarantined, deferred, ignored or known.
    rows, rows_rejected : int
        Rows taken, and rows not taken.
    rows_late : int
        Rows of an image that was measured by its name before this manifest came: they say nothing.
    rejected : tuple of str
        The first twenty of the latter, with row number and reason.
    encoding, delimiter : str
        As found; empty where it was not read.

    """

    path: str
    outcome: str
    reason: str = ""
    rows: int = 0
    rows_rejected: int = 0
    rows_late: int = 0
    rejected: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""


@dataclass(slots=True)
class ManifestBook:
    """The rows of the manifests, by image; filled by `jobs.arrival.manifest_reading`.

    Attributes
    ----------
    images : container of str
        The images of this run. Rows of others are not kept: there may be a million of them.

    """

    images: Container[str]
    outcomes: list[ManifestOutcome] = field(default_factory=list)
    _rows: dict[str, ManifestRow] = field(default_factory=dict)
    _waiting: dict[str, str] = field(default_factory=dict)
    _unfinished: list[str] = field(default_factory=list)

    def row(self, path: str) -> ManifestRow | None:
        """Return what the manifests say of the image at `path`."""
        return self._rows.get(path)

    def waits(self, path: str) -> str:
        """Return why the image must wait for its manifest; empty where it need not."""
        if reason := self._waiting.get(path):
            return reason
        if path in self._rows:
            return ""
        for folder in self._unfinished:
            if path.startswith(folder):
                return "a manifest beside it is still being written"
        return ""

    def add(self, manifest: Manifest) -> None:
        """Take in one manifest; rows that contradict each other make their image wait."""
        for row in manifest.rows:
            if row.image not in self.images:
                continue
            other = self._rows.get(row.image)
            if other is not None and replace(other, row=row.row) != row:
                self._waiting[row.image] = f"manifest rows contradict each other ({manifest.path})"
            self._rows[row.image] = row
        for rejected in manifest.rejected:
            if rejected.image is not None and rejected.image in self.images:
                self._waiting[rejected.image] = (
                    f"{manifest.path} row {rejected.row}: {rejected.reason}"
                )

    def await_manifest(self, path: str) -> None:
        """Let images beside or below an unfinished manifest wait for it."""
        folder = path.rpartition("/")[0]
        self._unfinished.append(f"{folder}/" if folder else "")
