"""What the warehouse knows of manifests: which need no reading, and what each waits for."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from jobs.arrival.manifest import Manifest, RejectedRow
from jobs.arrival.scan import FoundFile
from jobs.settings import Settings
from warehouse.connection import Connection
from warehouse.manifests import (
    AwaitedRow,
    ManifestRecord,
    known_manifests,
    manifests_awaiting,
    write_manifests,
)
from warehouse.records import ArrivalRow

# Counts the changes of how manifests are read: what an earlier program refused is read again.
READING = 2
ROWS_AT_A_TIME = 50_000
MAX_DETAIL = 4_000


@dataclass(slots=True)
class ManifestLedger:
    """The manifests of one run against those of earlier ones; make it with `manifest_ledger`.

    Attributes
    ----------
    rules : str
        Hash of the settings that manifests are read by.
    measured : mapping
        The latest row of every path, to tell which images wait no more.
    known : mapping
        The latest change of every manifest.
    wanted : collection of str
        Manifests with a row for an image of this run.
    images : collection of str
        The images that this run may take in.

    """

    connection: Connection
    run_id: int
    now: datetime
    rules: str
    measured: Mapping[str, ArrivalRow]
    known: Mapping[str, ManifestRecord]
    wanted: Collection[str]
    images: Collection[str]
    _records: list[ManifestRecord] = field(default_factory=list)
    _awaited: list[AwaitedRow] = field(default_factory=list)

    def needs_reading(self, file: FoundFile) -> bool:
        """Tell whether reading the manifest can change anything in this run."""
        return not self._is_unchanged(file) or (
            self.known[file.path].outcome == "accepted" and file.path in self.wanted
        )

    def accept(self, file: FoundFile, manifest: Manifest, sha256: str) -> bool:
        """Note what a manifest says; return whether it is new to the warehouse."""
        if self._is_unchanged(file):
            return False
        since = self.now
        rows = [(row.row, row.image, True) for row in manifest.rows]
        rows += [(row.row, row.image, False) for row in manifest.rejected if row.image is not None]
        self._awaited.extend(
            AwaitedRow(file.path, row, image, is_accepted, since)
            for row, image, is_accepted in rows
            if not self.is_measured(image)
        )
        detail = _first_reasons(manifest.rejected)
        self._note(file, "accepted", sha256=sha256, detail=detail, manifest=manifest)
        if len(self._awaited) >= ROWS_AT_A_TIME:
            self.flush()
        return True

    def refuse(self, file: FoundFile, reason: str, message: str, sha256: str | None) -> bool:
        """Note that a manifest is refused as a whole; return whether that is new."""
        if self._is_unchanged(file):
            return False
        self._note(file, "quarantined", sha256=sha256, detail=message, reason=reason)
        return True

    def is_measured(self, image: str) -> bool:
        """Tell whether the image needs no row any more."""
        row = self.measured.get(image)
        return row is not None and row.outcome in ("measured", "known")

    def flush(self) -> None:
        """Write what was noted."""
        write_manifests(self.connection, self._records, self._awaited)
        self._records, self._awaited = [], []

    def _is_unchanged(self, file: FoundFile) -> bool:
        earlier = self.known.get(file.path)
        return earlier is not None and (
            (file.size, file.mtime_ns, file.changed_ns, file.inode, self.rules)
            == (earlier.size, earlier.mtime_ns, earlier.changed_ns, earlier.inode, earlier.rules)
        )

    def _note(
        self,
        file: FoundFile,
        outcome: Literal["accepted", "quarantined"],
        *,
        sha256: str | None,
        detail: str,
        reason: str = "",
        manifest: Manifest | None = None,
    ) -> None:
        earlier = self.known.get(file.path)
        self._records.append(
            ManifestRecord(
                path=file.path,
                change_no=earlier.change_no + 1 if earlier else 1,
                outcome=outcome,
                reason=reason,
                sha256=sha256,
                size=file.size,
                mtime_ns=file.mtime_ns,
                changed_ns=file.changed_ns,
                inode=file.inode,
                rules=self.rules,
                encoding=manifest.encoding if manifest else "",
                delimiter=manifest.delimiter if manifest else "",
                accepted_rows=len(manifest.rows) if manifest else 0,
                rejected_rows=len(manifest.rejected) if manifest else 0,
                first_seen_at=self.now,
                run_id=self.run_id,
                detail=detail[:MAX_DETAIL].encode("utf-8", "backslashreplace").decode(),
            )
        )


def manifest_ledger(
    connection: Connection,
    settings: Settings,
    *,
    run_id: int,
    now: datetime,
    measured: Mapping[str, ArrivalRow],
    images: Collection[str],
) -> ManifestLedger:
    """Return the ledger for one run.

    Parameters
    ----------
    measured : mapping
        The latest row of every path.
    images : collection of str
        The images that this run may take in: only they need a manifest's rows.

    """
    return ManifestLedger(
        connection=connection,
        run_id=run_id,
        now=now,
        rules=_rules(settings),
        measured=measured,
        known=known_manifests(connection),
        wanted=manifests_awaiting(connection, images),
        images=images,
    )


def _rules(settings: Settings) -> str:
    inbox = settings.inbox.model_dump(mode="json", include={"columns", "manifest_limits"})
    text = json.dumps([READING, settings.site.time_zone, inbox], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _first_reasons(rejected: Collection[RejectedRow]) -> str:
    """The rejected rows in words, as many as there is room for."""
    lines: list[str] = []
    room = MAX_DETAIL
    for each in rejected:
        line = f"row {each.row}: {each.reason}"
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join(lines)
