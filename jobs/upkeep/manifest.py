"""The manifest of a backup: what it holds and what it must be equal to, written last of all."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from jobs.errors import BackupError
from warehouse.durable import durable_file

FORMAT: Final = 1
FOLDER: Final = "backups"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """One file of the site: path below it, SHA-256, length in bytes, time of modification in ns."""

    path: str
    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """One backup.

    Attributes
    ----------
    facts_from
        "master", or "snapshot" where a run was in progress: then what it had not published yet is
        not in the facts.
    facts_version, journal_version
        Schema versions.
    facts_rows, journal_rows
        Rows by table.
    audit_length, audit_head, seal_length, seal_head
        Where the two chains of evidence stood: a later `verify` compares.
    key
        Name of the evidence key; empty where the site has none.
    files_sha256, files, size
        Of the list of files: its content, their number and their bytes.

    """

    made_at: datetime
    program: str
    site: str
    facts_from: str
    facts_file: str
    facts_version: int
    journal_version: int
    facts_rows: Mapping[str, int]
    journal_rows: Mapping[str, int]
    audit_length: int
    audit_head: str
    seal_length: int
    seal_head: str
    key: str
    files_sha256: str
    files: int
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with the format and a digest that shows a damaged manifest."""
        content = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return {**content, "digest": _digest(content)}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any], *, where: str) -> Self:
        """Return what `to_dict` made; BackupError when it is damaged or of another format."""
        content = dict(found)
        digest = content.pop("digest", None)
        if digest != _digest(content):
            raise BackupError(f"{where} is damaged: it does not fit its own digest")
        if (version := content.pop("format", None)) != FORMAT:
            raise BackupError(
                f"{where} has format {version}, this program reads {FORMAT}; update the program"
            )
        content["made_at"] = datetime.fromisoformat(content["made_at"])
        try:
            return cls(**content)
        except TypeError as error:
            raise BackupError(f"{where} is no manifest of a backup: {error}") from error


def write_manifest(folder: Path, manifest: BackupManifest) -> Path:
    """Write a manifest, durable, under the time it was made; return its path."""
    path = folder / FOLDER / f"{manifest.made_at:%Y-%m-%dT%H-%M-%S-%fZ}.json"
    with durable_file(path) as file:
        file.write(json.dumps(manifest.to_dict(), indent=1, ensure_ascii=True).encode("ascii"))
    return path


def read_manifest(path: Path) -> BackupManifest:
    """Read one manifest; BackupError when it cannot be used."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BackupError(f"{path} is no manifest of a backup: {error}") from error
    if not isinstance(found, dict):
        raise BackupError(f"{path} is no manifest of a backup")
    return BackupManifest.from_dict(found, where=str(path))


def manifests(folder: Path) -> list[Path]:
    """Return the manifests in a backup folder, oldest first."""
    return sorted((folder / FOLDER).glob("*.json"))


def pack_list(files: Iterable[BackedUp]) -> bytes:
    """Return the list of files: a line each, gzip; the same files give the same bytes."""
    lines = (
        f"{file.sha256} {file.size} {file.mtime_ns} {json.dumps(file.path)}\n" for file in files
    )
    return gzip.compress("".join(lines).encode("ascii"), mtime=0)


def unpack_list(data: bytes) -> Iterator[BackedUp]:
    """Yield what `pack_list` packed, in its order.

    Examples
    --------
    >>> one = BackedUp("archive/a b.png", "0" * 64, 3, 5)
    >>> list(unpack_list(pack_list([one]))) == [one]
    True

    """
    for line in gzip.decompress(data).decode("ascii").splitlines():
        sha256, size, mtime_ns, path = line.split(" ", 3)
        yield BackedUp(json.loads(path), sha256, int(size), int(mtime_ns))


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
