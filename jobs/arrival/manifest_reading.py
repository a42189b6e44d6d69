"""Read the manifests of the inbox: keep what is used, hold what is not, wait for what grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobs.arrival.file_bytes import FileBytes, read_once
from jobs.arrival.manifest import Manifest, parse_manifest
from jobs.arrival.manifest_book import ManifestBook, ManifestOutcome
from jobs.arrival.manifest_ledger import ManifestLedger
from jobs.arrival.outcomes import RETRIED, outcome_of
from jobs.arrival.quarantine import Quarantine
from jobs.arrival.scan import FoundFile, age_seconds
from jobs.errors import FileRefusedError, ManifestError
from jobs.settings import Settings
from warehouse.archive import Archive
from warehouse.manifests import measured_by_name

REPORTED_ROWS = 20
MANIFEST_ENDING = ".csv"


@dataclass(frozen=True, slots=True)
class ManifestReader:
    """Reads the manifests that are new, and those with a row for an image of this run.

    Attributes
    ----------
    now : datetime
        Of this run.
    ledger : ManifestLedger
        Knows which manifests need no reading.

    """

    inbox: Path
    archive: Archive
    quarantine: Quarantine
    settings: Settings
    now: datetime
    ledger: ManifestLedger

    def read(self, found: Iterable[FoundFile]) -> ManifestBook:
        """Return what the manifests say together of the images of this run."""
        book = ManifestBook(self.ledger.images)
        for file in found:
            if self.ledger.needs_reading(file):
                book.outcomes.append(self._read_one(file, book))
            else:
                book.outcomes.append(ManifestOutcome(file.path, "known", "UNCHANGED"))
        self.ledger.flush()
        return book

    def _read_one(self, file: FoundFile, book: ManifestBook) -> ManifestOutcome:
        try:
            content = read_once(
                self.inbox,
                file.raw,
                max_bytes=self.settings.inbox.manifest_limits.max_bytes,
                inode=file.inode,
            )
        except FileRefusedError as error:
            return self._refused(file, book, error.reason, str(error), None)
        try:
            manifest = parse_manifest(
                content.data,
                file.path,
                zone=self.settings.zone,
                now=self.now,
                columns=self.settings.inbox.columns,
                limits=self.settings.inbox.manifest_limits,
            )
        except ManifestError as error:
            return self._refused(file, book, error.reason, str(error), content)
        # A cut line is told by its missing line end; an old file will not get one any more.
        if self._is_young(file) and not manifest.ends_whole:
            book.await_manifest(file.path)
            return ManifestOutcome(file.path, "deferred", "STILL_WRITING")
        book.add(manifest)
        return self._accepted(file, manifest, content)

    def _refused(
        self,
        file: FoundFile,
        book: ManifestBook,
        reason: str,
        message: str,
        content: FileBytes | None,
    ) -> ManifestOutcome:
        # What cannot be used may be half of what is being written.
        unfinished = content is not None and self._is_young(file)
        if outcome_of(reason) == "deferred" or unfinished:
            book.await_manifest(file.path)
            return ManifestOutcome(file.path, "deferred", "STILL_WRITING", rejected=(message,))
        if outcome_of(reason) == "ignored":
            return ManifestOutcome(file.path, "ignored", reason, rejected=(message,))
        data, sha256 = (content.data, content.sha256) if content else (None, None)
        held = data is not None and self.quarantine.holds(file.path, data)
        self.quarantine.hold(file.path, reason, message, data=data, now=self.now)
        if reason not in RETRIED:
            self.ledger.refuse(file, reason, message, sha256)
        words = ("known", "UNCHANGED") if held else ("quarantined", reason)
        return ManifestOutcome(file.path, *words, rejected=(message,))

    def _is_young(self, file: FoundFile) -> bool:
        return age_seconds(file, self.now) < self.settings.inbox.quiet_seconds

    def _accepted(self, file: FoundFile, manifest: Manifest, content: FileBytes) -> ManifestOutcome:
        known = (self.archive.root / "manifests" / f"{content.sha256}{MANIFEST_ENDING}").exists()
        # Before the rows: they must never point to bytes that are not there.
        self.archive.store_manifest(content.data)
        is_new = self.ledger.accept(file, manifest, content.sha256)
        if file.path in self.ledger.known:
            self.quarantine.close(file.path, measured_sha256=content.sha256, now=self.now)
        said = [f"row {each.row}: {each.reason}" for each in manifest.rejected]
        return ManifestOutcome(
            path=manifest.path,
            outcome="known" if known else "accepted",
            reason="UNCHANGED" if known else "",
            rows=len(manifest.rows),
            rows_rejected=len(said),
            rows_late=self._late(manifest) if is_new and not known else 0,
            rejected=tuple(said[:REPORTED_ROWS]),
            encoding=manifest.encoding,
            delimiter=manifest.delimiter,
        )

    def _late(self, manifest: Manifest) -> int:
        """How many rows came after their image was measured by its name."""
        images = {row.image for row in manifest.rows if self.ledger.is_measured(row.image)}
        return measured_by_name(self.ledger.connection, images)
