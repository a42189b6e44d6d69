"""What a decoder says on the error stream of the process: the only place where libjpeg tells of damage.

Given a JPEG whose picture data are damaged, it fills what is missing, goes on, and reports success; a
line on the error stream is all there is.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

from inference.errors import ImageRefusedError

_ERROR_STREAM: Final = 2
_LONGEST: Final = 4096
_DAMAGE: Final = (
    (b"premature end of", "TRUNCATED"),
    (b"Premature end of", "TRUNCATED"),
    (b"Corrupt JPEG data", "CORRUPT"),
    (b"Inconsistent progression", "CORRUPT"),
    (b"Invalid SOS parameters", "CORRUPT"),
)


class DecoderMessages:
    """Catches the error stream of this process while a picture is decoded.

    One in a process, used by one thread at a time: what other threads write meanwhile is caught,
    too, and lost. So it is for processes that do nothing but measure.
    """

    def __init__(self) -> None:
        self._file = _file_in_memory()

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Refuse the picture that was decoded in the block where the decoder told of damage.

        Raises
        ------
        ImageRefusedError
            TRUNCATED or CORRUPT, with what the decoder said.

        """
        try:
            kept = os.dup(_ERROR_STREAM)
        except OSError:
            # There is no error stream: nothing can be said, nothing caught.
            yield
            return
        self._file.seek(0)
        self._file.truncate()
        os.dup2(self._file.fileno(), _ERROR_STREAM)
        try:
            yield
        finally:
            os.dup2(kept, _ERROR_STREAM)
            os.close(kept)
        self._file.seek(0)
        refuse_damage(self._file.read(_LONGEST))

    def close(self) -> None:
        """Give the file back."""
        with suppress(OSError):
            self._file.close()


def _file_in_memory() -> IO[bytes]:
    """A file that no full or missing volume can take away, where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("decoder"), "w+b")
    return tempfile.TemporaryFile()


def refuse_damage(said: bytes) -> None:
    r"""Refuse a picture of which the decoder `said` that its data are damaged.

    Raises
    ------
    ImageRefusedError
        TRUNCATED or CORRUPT.

    Examples
    --------
    >>> refuse_damage(b"libpng warning: iCCP: known incorrect sRGB profile\n")
    >>> refuse_damage(b"Corrupt JPEG data: 35 extraneous bytes before marker 0xd9\n")
    Traceback (most recent call last):
    ...
    inference.errors.ImageRefusedError: the JPEG is damaged: Corrupt JPEG data: 35 extraneous bytes before marker 0xd9

    """
    for words, reason in _DAMAGE:
        if words in said:
            line = next(each for each in said.splitlines() if words in each)
            told = line.decode("ascii", "backslashreplace").strip()
            if reason == "TRUNCATED":
                raise ImageRefusedError("TRUNCATED", f"picture data are missing: {told}")
            raise ImageRefusedError("CORRUPT", f"the JPEG is damaged: {told}")
