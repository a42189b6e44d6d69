"""Read the manifests of the inbox: keep what is used, hold what is not, wait for what grows."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobs.arrival.file_bytes import FileBytes, read_once
from jobs.arrival.manifest import Manifest, parse_manifest
from jobs.arrival.manifest_book import ManifestBook, ManifestOutcome
from jobs.arrival.outcomes import outcome_of
from jobs.arrival.quarantine import Quarantine
from jobs.arrival.scan import FoundFile, age_seconds
from jobs.errors import FileRefusedError, ManifestError
from jobs.settings import Settings
from warehouse.archive import Archive

MAX_BYTES = 64 * 2**20
REPORTED_ROWS = 20
MANIFEST_ENDING = ".csv"


@dataclass(frozen=True, slots=True)
class ManifestReader:
    """Reads every manifest anew in each run: an image may arrive long after its row.

    Attributes
    ----------
    now : datetime
        Of this run.

    """

    inbox: Path
    archive: Archive
    quarantine: Quarantine
    settings: Settings
    now: datetime

    def read(self, found: Iterable[FoundFile]) -> ManifestBook:
        """Return what all manifests say together."""
        book = ManifestBook()
        for file in found:
            book.outcomes.append(self._read_one(file, book))
        return book

    def _read_one(self, file: FoundFile, book: ManifestBook) -> ManifestOutcome:
        try:
            content = read_once(self.inbox, file.raw, max_bytes=MAX_BYTES, inode=file.inode)
        except FileRefusedError as error:
            return self._refused(file, book, error.reason, str(error), None)
        try:
            manifest = parse_manifest(
                content.data,
                file.path,
                zone=self.settings.zone,
                now=self.now,
                columns=self.settings.inbox.columns,
            )
        except ManifestError as error:
            return self._refused(file, book, error.reason, str(error), content.data)
        if self._is_growing(file, content.data):
            book.await_manifest(file.path)
            return ManifestOutcome(file.path, "deferred", "STILL_WRITING")
        book.add(manifest)
        return self._accepted(manifest, content)

    def _refused(
        self, file: FoundFile, book: ManifestBook, reason: str, message: str, data: bytes | None
    ) -> ManifestOutcome:
        growing = data is not None and self._is_growing(file, data)
        if outcome_of(reason) == "deferred" or growing:
            book.await_manifest(file.path)
            return ManifestOutcome(file.path, "deferred", "STILL_WRITING", rejected=(message,))
        if outcome_of(reason) == "ignored":
            return ManifestOutcome(file.path, "ignored", reason, rejected=(message,))
        held = data is not None and self.quarantine.holds(file.path, data)
        self.quarantine.hold(file.path, reason, message, data=data, now=self.now)
        words = ("known", "UNCHANGED") if held else ("quarantined", reason)
        return ManifestOutcome(file.path, *words, rejected=(message,))

    def _is_growing(self, file: FoundFile, data: bytes) -> bool:
        # A cut line is told by its missing line end; an old file will not get one any more.
        # UTF-16 has a zero byte after it.
        whole = data.rstrip(b"\0").endswith((b"\n", b"\r"))
        return not whole and age_seconds(file, self.now) < self.settings.inbox.quiet_seconds

    def _accepted(self, manifest: Manifest, content: FileBytes) -> ManifestOutcome:
        digest = hashlib.sha256(content.data).hexdigest()
        known = (self.archive.root / "manifests" / f"{digest}{MANIFEST_ENDING}").exists()
        self.archive.store_manifest(content.data)
        rejected = [f"row {each.row}: {each.reason}" for each in manifest.rejected]
        return ManifestOutcome(
            path=manifest.path,
            outcome="known" if known else "accepted",
            reason="UNCHANGED" if known else "",
            rows=len(manifest.rows),
            rows_rejected=len(rejected),
            rejected=tuple(rejected[:REPORTED_ROWS]),
            encoding=manifest.encoding,
            delimiter=manifest.delimiter,
        )
