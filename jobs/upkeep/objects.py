"""The pool of a backup folder: every content once, under its SHA-256, for all backups there."""

import hashlib
import os
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, Final

from jobs.errors import BackupError
from warehouse.durable import private_folder, sync_folder

_BLOCK: Final = 1 << 20
_TEMPORARY: Final = ".tmp"


@dataclass(frozen=True, slots=True)
class ObjectPool:
    """The folder `objects/` of a backup folder; files are written once, durable, mode 0600."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Return where a content lies."""
        return self.root / sha256[:2] / sha256

    def holds(self, sha256: str, size: int) -> bool:
        """Tell whether a content is there in its length."""
        try:
            return self.path(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def add(self, source: Path) -> tuple[str, int]:
        """Store the bytes of a file; return their SHA-256 and length.

        Raises
        ------
        OSError
            The file cannot be read, or the pool's volume is full.

        """
        private_folder(self.root)
        descriptor, name = mkstemp(dir=self.root, suffix=_TEMPORARY)
        temporary = Path(name)
        try:
            with source.open("rb") as file, os.fdopen(descriptor, "wb") as copy:
                sha256, size = copied(file, copy)
                copy.flush()
                os.fsync(copy.fileno())
            target = self.path(sha256)
            if not self.holds(sha256, size):
                private_folder(target.parent)
                temporary.replace(target)
                sync_folder(target.parent)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
        return sha256, size

    def fetch(self, sha256: str, target: Path) -> None:
        """Copy a content to the new file `target` (0600), checking it on the way.

        Raises
        ------
        BackupError
            It is not there, or its bytes do not fit its name.

        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        private_folder(target.parent)
        try:
            with (
                self.path(sha256).open("rb") as file,
                os.fdopen(os.open(target, flags, 0o600), "wb") as copy,
            ):
                found, _ = copied(file, copy)
                copy.flush()
                os.fsync(copy.fileno())
        except FileNotFoundError as error:
            raise BackupError(f"the backup has lost {self.path(sha256)}") from error
        if found != sha256:
            target.unlink()
            raise BackupError(f"{self.path(sha256)} is damaged: its bytes do not fit its name")

    def check(self, sha256: str) -> None:
        """Read a content; BackupError when it is not there or damaged."""
        try:
            with self.path(sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise BackupError(f"the backup has lost {self.path(sha256)}") from error
        if found != sha256:
            raise BackupError(f"{self.path(sha256)} is damaged: its bytes do not fit its name")

    def sweep(self, needed: Container[str]) -> int:
        """Remove what no backup needs, and what a killed one left; return how many contents went."""
        gone = 0
        for path in self._files():
            if path.name.endswith(_TEMPORARY) or path.name not in needed:
                path.unlink()
                gone += not path.name.endswith(_TEMPORARY)
        return gone

    def _files(self) -> Iterator[Path]:
        for entry in self.root.iterdir() if self.root.is_dir() else ():
            yield from entry.iterdir() if entry.is_dir() else (entry,)


def copied(file: BinaryIO, copy: BinaryIO) -> tuple[str, int]:
    """Copy one open file to another; return SHA-256 and length of what was copied."""
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        copy.write(block)
        size += len(block)
    return digest.hexdigest(), size
