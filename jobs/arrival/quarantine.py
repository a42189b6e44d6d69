"""The quarantine: a copy of the refused bytes beside the reason, until the cause is gone."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE_MODE = 0o600
# Room for two hashes and ".json" in a name of 255 bytes.
MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The folder `quarantine/` of a site.

    Each refused content of a path has one entry: `<path hash>-<content hash>-<name>` with the
    bytes, where there are any, and the same name with `.json`. Files are for their owner only.
    """

    folder: Path

    def hold(
        self, path: str, reason: str, message: str, *, data: bytes | None, now: datetime
    ) -> Path:
        """Keep `data` with the reason; return the path of the reason. A repeat changes nothing.

        Parameters
        ----------
        path : str
            Relative to the inbox.
        data : bytes or None
            None where the bytes could not be read or are beyond the size limit.

        """
        entry = self.folder / f"{_path_hash(path)}-{_content_hash(data)}-{_plain(path)}"
        note = entry.with_name(entry.name + ".json")
        if note.exists() and json.loads(note.read_text(encoding="utf-8")).get("closed_at") is None:
            return note
        if data is not None:
            write_private(entry, data)
        reasons = {
            "path": path,
            "reason": reason,
            "message": message,
            "sha256": None if data is None else hashlib.sha256(data).hexdigest(),
            "size": None if data is None else len(data),
            "held_at": now.isoformat(),
            "closed_at": None,
            "measured_sha256": None,
        }
        write_private(note, _json(reasons))
        return note

    def close(self, path: str, *, measured_sha256: str, now: datetime) -> int:
        """Note that `path` was measured after all; return how many entries that closed."""
        closed = 0
        for note in sorted(self.folder.glob(f"{_path_hash(path)}-*.json")):
            reasons = json.loads(note.read_text(encoding="utf-8"))
            if reasons.get("closed_at") is None:
                reasons |= {"closed_at": now.isoformat(), "measured_sha256": measured_sha256}
                write_private(note, _json(reasons))
                closed += 1
        return closed

    def holds(self, path: str, data: bytes) -> bool:
        """Tell whether this content of `path` is held already."""
        entry = f"{_path_hash(path)}-{_content_hash(data)}-{_plain(path)}.json"
        return (self.folder / entry).exists()


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner only, whole or not at all."""
    partial = path.with_name(f".{path.name[:60]}.{os.getpid()}.tmp")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _path_hash(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _content_hash(data: bytes | None) -> str:
    return "unread" if data is None else hashlib.sha256(data).hexdigest()[:16]


def _plain(path: str) -> str:
    """The last part of a path in letters that need no care, its ending kept."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", path.rstrip("/").rpartition("/")[2])[-MAX_NAME:]


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=True).encode("ascii")
