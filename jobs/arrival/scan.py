"""Walk the inbox: every name exactly once, nothing opened, no link followed."""

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobs.errors import SourceMissingError

TEMPORARY_ENDINGS = (
    ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".upload", "~",
)  # fmt: skip
TEMPORARY_STARTS = ("~$", "_tmp_", "tmp~")
# What `shown_name` writes for a byte that is not UTF-8.
ESCAPED_BYTE = re.compile(r"\\udc[89a-f][0-9a-f]")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One name in the inbox, as it was when the folder was listed.

    Attributes
    ----------
    raw : bytes
        Path relative to the inbox, as the file system has it.
    path : str
        The same for people and the ledger: see `shown_name`.
    size, mtime_ns, inode, changed_ns : int
        From the listing; `changed_ns` is the time of the last change of content or metadata,
        which a copying program cannot set back.
    outcome, reason : str, str
        Empty for a file that is to be read; otherwise the words it gets in the ledger.
    detail : str
        One sentence, where the reason does not say enough.

    """

    raw: bytes
    path: str
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    changed_ns: int = 0
    outcome: str = ""
    reason: str = ""
    detail: str = ""

    @property
    def ending(self) -> str:
        """The file ending in small letters, with its dot."""
        return os.path.splitext(self.path)[1].lower()  # noqa: PTH122 - a name, not a path to open

    @property
    def folder(self) -> str:
        """The folder in the inbox that holds the file; empty for the inbox itself."""
        return self.path.rpartition("/")[0]


def scan_inbox(inbox: Path, extensions: Collection[str]) -> Iterator[FoundFile]:
    """Yield every file below `inbox`, folders in the order of their names.

    A folder is not a file and is only walked, unless it cannot be: then it is yielded with the
    reason. Links, pipes, sockets, devices, hidden and temporary names come with the words under
    which they are ignored.

    Parameters
    ----------
    inbox : Path
        Where the images arrive.
    extensions : collection of str
        The endings that are read, in small letters with their dot; manifests included.

    Raises
    ------
    SourceMissingError
        The inbox is not there or is not a folder.

    """
    root = os.fsencode(inbox)
    if not inbox.is_dir():
        raise SourceMissingError(f"source missing: there is no folder {inbox}; is it mounted?")
    waiting = [b""]
    while waiting:
        folder = waiting.pop()
        try:
            # Listed at once and sorted: a run must not depend on the order on the disk.
            with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118 - bytes
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise SourceMissingError(
                    f"source missing: {inbox} cannot be listed: {error.strerror}"
                ) from error
            yield _unlisted(folder, error)
            continue
        below = []
        for entry in listed:
            raw = folder + b"/" + entry.name if folder else entry.name
            found = _found(entry, raw, extensions)
            if found is None:
                below.append(raw)
            else:
                yield found
        waiting.extend(reversed(below))


def age_seconds(found: FoundFile, now: datetime) -> float:
    """Seconds since the file was last written, as far as its times can be believed.

    The earlier of two times: a copying program may set the one back, a wrong clock the other ahead.
    """
    written_ns = min(found.mtime_ns, found.changed_ns)
    return now.timestamp() - written_ns / 1e9


def shown_name(raw: bytes) -> str:
    r"""The path as text; a byte that is not UTF-8 becomes `\udcXX`, never two names one text.

    Examples
    --------
    >>> shown_name(b"day/a\xff.png")
    'day/a\\udcff.png'
    >>> shown_name(rb"a\udcff.png")
    'a\\\\udcff.png'

    """
    text = raw.decode("utf-8", "surrogateescape")
    escaped = text.encode("utf-8", "backslashreplace").decode("utf-8")
    if "\\" in text and (escaped != text or ESCAPED_BYTE.search(text)):
        text = text.replace("\\", "\\\\")
        escaped = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return escaped


def _found(entry: os.DirEntry[bytes], raw: bytes, extensions: Collection[str]) -> FoundFile | None:
    """The entry as a file, or None where it is a folder to walk."""
    path = shown_name(raw)
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        words = ("ignored", "VANISHED") if gone else ("quarantined", "PERMISSION")
        return FoundFile(raw, path, outcome=words[0], reason=words[1], detail=error.strerror or "")
    reason = _ignored(shown_name(entry.name), status.st_mode, extensions)
    if not reason and stat.S_ISDIR(status.st_mode):
        return None
    return FoundFile(
        raw=raw,
        path=path,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        changed_ns=status.st_ctime_ns,
        outcome="ignored" if reason else "",
        reason=reason,
    )


def _ignored(name: str, mode: int, extensions: Collection[str]) -> str:
    """Why the name is passed over; empty where it is not."""
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, not a path to open
    if stat.S_ISLNK(mode):
        return "SYMLINK"
    if name.startswith("."):
        return "HIDDEN"
    if stat.S_ISDIR(mode):
        # A folder that calls itself a picture is somebody's mistake: said, not walked.
        return "NOT_A_FILE" if ending in extensions else ""
    if not stat.S_ISREG(mode):
        return "NOT_A_FILE"
    if name.lower().endswith(TEMPORARY_ENDINGS) or name.startswith(TEMPORARY_STARTS):
        return "TEMPORARY"
    return "" if ending in extensions else "WRONG_TYPE"


def _unlisted(folder: bytes, error: OSError) -> FoundFile:
    path = shown_name(folder) + "/"
    if isinstance(error, FileNotFoundError):
        return FoundFile(folder, path, outcome="ignored", reason="VANISHED")
    detail = f"the folder cannot be listed: {error.strerror}"
    return FoundFile(folder, path, outcome="quarantined", reason="PERMISSION", detail=detail)
