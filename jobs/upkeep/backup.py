"""Back a site up while it works: facts, journal, settings, keys, archive and quarantine.

The facts are copied first, then the journal, and both again if a run changed anything in between: so
they are of one moment. The archive comes last, as it holds every original before the row of it. The
manifest is written when all else is durable: a backup that was interrupted does not exist.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from jobs.errors import BackupError
from jobs.progress import Progress, no_progress
from jobs.upkeep.manifest import (
    BackedUp,
    BackupManifest,
    manifests,
    pack_list,
    read_manifest,
    unpack_list,
    write_manifest,
)
from jobs.upkeep.objects import ObjectPool
from jobs.upkeep.program import program_version
from warehouse.durable import private_folder
from warehouse.errors import (
    EvidenceError,
    NotWritableError,
    WarehouseError,
    WarehouseFullError,
)
from warehouse.evidence import read_key
from warehouse.facts_copy import FactsContents, FactsSource, contents, copy_facts, still_there
from warehouse.full_volume import FULL
from warehouse.journal.copying import JournalContents, copy_journal, journal_contents
from warehouse.lock import run_lock
from warehouse.site import Site

OBJECTS: Final = "objects"
FACTS: Final = "warehouse/master.duckdb"
JOURNAL: Final = "journal.sqlite"

_TREES: Final = ("archive", "quarantine")
_THREADS: Final = 4
_AT_ONCE: Final = 1000
_MOMENTS: Final = 3


@dataclass(frozen=True, slots=True)
class BackupReport:
    """One backup that was made: its manifest, and how much of it was new in the folder."""

    path: Path
    manifest: BackupManifest
    new_files: int
    removed_backups: int
    removed_files: int


def back_up(
    site: Site,
    folder: Path,
    *,
    now: datetime,
    model: Path | None = None,
    keep: int | None = None,
    progress: Progress = no_progress,
) -> BackupReport:
    """Make a backup of `site` in `folder`; files that lie there already are not copied again.

    Parameters
    ----------
    model
        The model file the settings name, where it lies in the site.
    keep
        Remove all but so many of the newest backups afterwards.

    Raises
    ------
    BackupError
        The folder is in the site, full, or in use by another backup.
    WarehouseError
        The facts or the journal cannot be copied.

    """
    if folder.resolve().is_relative_to(site.root.resolve()):
        raise BackupError(f"{folder} is inside the site; a backup belongs on another disk")
    try:
        private_folder(folder)
        with run_lock(folder / "backup.lock", "backup"):
            return _Backup(site, folder, now, progress).make(model, keep)
    except OSError as error:
        if error.errno in FULL:
            raise BackupError(f"no room left in {folder}; no backup was made") from error
        raise BackupError(f"no backup was made in {folder}: {error}") from error
    except (WarehouseFullError, NotWritableError) as error:
        raise BackupError(f"no backup was made in {folder}: {error}") from error


class _Backup:
    def __init__(self, site: Site, folder: Path, now: datetime, progress: Progress) -> None:
        self._site, self._folder, self._now = site, folder, now
        self._progress = progress
        self._pool = ObjectPool(folder / OBJECTS)
        self._known = self._previous()
        self._new = 0

    def make(self, model: Path | None, keep: int | None) -> BackupReport:
        with TemporaryDirectory(dir=self._folder, prefix=".making-") as scratch:
            facts, journal = Path(scratch, "facts"), Path(scratch, "journal")
            source = self._one_moment(facts, journal)
            listed = [self._stored(facts, FACTS), self._stored(journal, JOURNAL)]
            held, decided = contents(facts), journal_contents(journal)
        listed += self._files(model)
        manifest = self._manifest(source, held, decided, listed)
        path = write_manifest(self._folder, manifest)
        removed = prune(self._folder, keep) if keep is not None else (0, 0)
        return BackupReport(path, manifest, self._new, *removed)

    def _one_moment(self, facts: Path, journal: Path) -> FactsSource:
        """Copy both stores so that nothing was published or committed between the two copies."""
        for _ in range(_MOMENTS):
            source = copy_facts(self._site, facts)
            copy_journal(self._site.journal, journal)
            if still_there(self._site, source):
                return source
        raise WarehouseError("runs keep changing the warehouse; try again when they have ended")

    def _files(self, model: Path | None) -> list[BackedUp]:
        single = [self._site.settings_file, self._site.secret, self._site.evidence_key]
        if model is not None and model.resolve().is_relative_to(self._site.root.resolve()):
            single.append(model)
        paths = [*(path for path in single if path.is_file()), *self._trees()]
        listed: list[BackedUp] = []
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="backup") as threads:
            for first in range(0, len(paths), _AT_ONCE):
                some = paths[first : first + _AT_ONCE]
                listed += [found for found in threads.map(self._one, some) if found]
                self._progress("backing up", len(listed), len(paths))
        return sorted(listed, key=lambda file: file.path)

    def _trees(self) -> Iterator[Path]:
        for tree in _TREES:
            for place, _folders, names in os.walk(self._site.root / tree):
                # What is still being written has a dot before its name.
                yield from (Path(place, name) for name in names if not name.startswith("."))

    def _one(self, path: Path) -> BackedUp | None:
        """Store one file, unless the backup before has it: same size, same time, same name."""
        name = path.relative_to(self._site.root).as_posix()
        try:
            found = path.stat()
            known = self._known.get(name)
            if (
                known is not None
                and (known.size, known.mtime_ns) == (found.st_size, found.st_mtime_ns)
                and self._pool.holds(known.sha256, known.size)
            ):
                return known
            return self._stored(path, name)
        except FileNotFoundError:
            # Notes of a run in progress come and go.
            return None

    def _stored(self, path: Path, name: str) -> BackedUp:
        mtime_ns = path.stat().st_mtime_ns
        sha256, size = self._pool.add(path)
        self._new += 1
        return BackedUp(name, sha256, size, mtime_ns)

    def _previous(self) -> dict[str, BackedUp]:
        if not (present := manifests(self._folder)):
            return {}
        listed = files_of(self._folder, read_manifest(present[-1]))
        return {file.path: file for file in listed}

    def _manifest(
        self,
        source: FactsSource,
        held: FactsContents,
        decided: JournalContents,
        listed: Sequence[BackedUp],
    ) -> BackupManifest:
        with TemporaryDirectory(dir=self._folder, prefix=".making-") as scratch:
            packed = Path(scratch, "files")
            packed.write_bytes(pack_list(listed))
            files_sha256, _ = self._pool.add(packed)
        return BackupManifest(
            made_at=self._now,
            program=program_version(),
            site=str(self._site.root.resolve()),
            facts_from=source.kind,
            facts_file=source.name,
            facts_version=held.schema_version,
            journal_version=decided.schema_version,
            facts_rows=held.rows,
            journal_rows=decided.rows,
            audit_length=decided.audit_length,
            audit_head=decided.audit_head,
            seal_length=held.seals.length,
            seal_head=held.seals.mac,
            key=_key_name(self._site),
            files_sha256=files_sha256,
            files=len(listed),
            size=sum(file.size for file in listed),
        )


def files_of(folder: Path, manifest: BackupManifest) -> list[BackedUp]:
    """Return the files of a backup, by path; BackupError when their list is lost or damaged."""
    pool = ObjectPool(folder / OBJECTS)
    pool.check(manifest.files_sha256)
    return list(unpack_list(pool.path(manifest.files_sha256).read_bytes()))


def prune(folder: Path, keep: int) -> tuple[int, int]:
    """Remove all but the `keep` newest backups; return how many went, and how many contents."""
    present = manifests(folder)
    gone = present[:-keep] if keep > 0 else []
    needed: set[str] = set()
    # What stays is read first: a damaged manifest must not cost the contents it names.
    for path in present[len(gone) :]:
        manifest = read_manifest(path)
        needed.add(manifest.files_sha256)
        needed.update(file.sha256 for file in files_of(folder, manifest))
    for path in gone:
        path.unlink()
    for left in folder.glob(".making-*"):
        shutil.rmtree(left, ignore_errors=True)
    return len(gone), ObjectPool(folder / OBJECTS).sweep(needed)


def _key_name(site: Site) -> str:
    try:
        key = read_key(site.evidence_key)
    except EvidenceError:
        return ""
    return "" if key is None else key.name
