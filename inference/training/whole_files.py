"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well, what is there takes the place of `path`.

    A reader, and whoever comes after a kill, finds the old file or the new one. When the block
    fails nothing is left.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_text_whole(path: Path, text: str) -> None:
    """Put `text` at `path` in UTF-8."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
