"""Bring a backup back into an empty folder, checked all the way; or only prove that it could be.

The settings file is written last: a folder without it is no site, so a restore that was interrupted
does not look like one.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from jobs.errors import BackupError
from jobs.progress import Progress, no_progress
from jobs.upkeep.backup import FACTS, JOURNAL, OBJECTS, files_of
from jobs.upkeep.manifest import BackedUp, BackupManifest, manifests, read_manifest
from jobs.upkeep.objects import ObjectPool
from jobs.upkeep.verify import Anchor, VerifyReport, verify_site
from warehouse.durable import sync_folder
from warehouse.facts_copy import contents
from warehouse.journal.copying import journal_contents
from warehouse.journal.migrations import MIGRATIONS
from warehouse.schema import newest_version
from warehouse.site import Site

_SETTINGS: Final = "blemish.toml"
_COPIED: Final = (FACTS, JOURNAL, _SETTINGS, "secret.key", "evidence.key")
"""What a drill copies: it is opened for writing, or must be a file of its own."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What came back, and what verifying it found."""

    manifest: BackupManifest
    verified: VerifyReport
    problems: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the result is the site that was backed up."""
        return not self.problems and self.verified.whole


def find_backup(given: Path) -> tuple[Path, Path]:
    """Return backup folder and manifest: of the newest backup, or of the one that is named.

    Raises
    ------
    BackupError
        There is no backup.

    """
    if given.is_file():
        return given.parent.parent, given
    if not (present := manifests(given)):
        raise BackupError(f"no backup in {given}; one that was interrupted does not count")
    return given, present[-1]


def restore(given: Path, root: Path, *, progress: Progress = no_progress) -> RestoreReport:
    """Restore a backup into the folder `root`, which is empty or does not exist.

    Raises
    ------
    BackupError
        There is no backup, it is damaged or newer than this program, or the folder is not empty.

    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise BackupError(f"{root} is not empty; a backup is restored into a new folder only")
    folder, path = find_backup(given)
    return _restored(folder, read_manifest(path), Site(root), _copying, progress)


def drill(given: Path, *, progress: Progress = no_progress) -> RestoreReport:
    """Prove that a backup can be restored, without a site: nothing is left behind.

    Facts, journal and keys are copied to a temporary folder; archive and quarantine are read where
    they lie. Everything is checked as `restore` checks it.
    """
    folder, path = find_backup(given)
    with TemporaryDirectory(prefix="blemish-drill-") as scratch:
        site = Site(Path(scratch, "site"))
        return _restored(folder, read_manifest(path), site, _linking, progress)


Bring = Callable[[ObjectPool, BackedUp, Path], None]


def _restored(
    folder: Path, manifest: BackupManifest, site: Site, bring: Bring, progress: Progress
) -> RestoreReport:
    _refuse_newer(manifest)
    pool = ObjectPool(folder / OBJECTS)
    listed = files_of(folder, manifest)
    site.create_folders()
    for number, file in enumerate(listed):
        if file.path != _SETTINGS:
            bring(pool, file, _inside(site.root, file.path))
        if number % 1000 == 0:
            progress("restoring", number, len(listed))
    problems = _compared(manifest, site)
    anchor = Anchor(
        manifest.audit_length,
        manifest.audit_head,
        manifest.seal_length,
        manifest.seal_head,
        f"the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC",
    )
    verified = verify_site(site, anchors=(anchor,), progress=progress)
    for file in listed:
        if file.path == _SETTINGS:
            bring(pool, file, site.settings_file)
    sync_folder(site.root)
    return RestoreReport(manifest, verified, tuple(problems))


def _refuse_newer(manifest: BackupManifest) -> None:
    for name, held, known in (
        ("warehouse", manifest.facts_version, newest_version()),
        ("journal", manifest.journal_version, len(MIGRATIONS)),
    ):
        if held > known:
            raise BackupError(
                f"the {name} in the backup has schema version {held}, this program knows up to "
                f"{known}; update the program ({manifest.program} made the backup)"
            )


def _compared(manifest: BackupManifest, site: Site) -> list[str]:
    """Compare what came back with what the manifest says of it."""
    facts, journal = contents(site.master), journal_contents(site.journal)
    pairs = [
        ("schema version of the warehouse", manifest.facts_version, facts.schema_version),
        ("schema version of the journal", manifest.journal_version, journal.schema_version),
        ("length of the audit trail", manifest.audit_length, journal.audit_length),
        ("head of the audit trail", manifest.audit_head, journal.audit_head),
        ("number of seals", manifest.seal_length, facts.seals.length),
        ("newest seal", manifest.seal_head, facts.seals.mac),
    ]
    for kind, said, found in (
        ("warehouse", manifest.facts_rows, facts.rows),
        ("journal", manifest.journal_rows, journal.rows),
    ):
        pairs += [
            (f"rows of {table} in the {kind}", said.get(table, 0), found.get(table, 0))
            for table in sorted(said.keys() | found.keys())
        ]
    return [
        f"{what}: the manifest says {expected}, the restored file has {found}"
        for what, expected, found in pairs
        if expected != found
    ]


def _inside(root: Path, name: str) -> Path:
    path = Path(os.path.normpath(root / name))
    if not path.is_relative_to(os.path.normpath(root)) or Path(name).is_absolute():
        raise BackupError(f"the backup names {name!r}, which is no path in a site")
    return path


def _copying(pool: ObjectPool, file: BackedUp, target: Path) -> None:
    pool.fetch(file.sha256, target)
    os.utime(target, ns=(file.mtime_ns, file.mtime_ns))


def _linking(pool: ObjectPool, file: BackedUp, target: Path) -> None:
    if file.path in _COPIED:
        pool.fetch(file.sha256, target)
        return
    pool.check(file.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(pool.path(file.sha256).resolve())
