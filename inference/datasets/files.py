"""Image files of a folder by the name that an image and its mask have in common."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from inference.errors import DatasetError

IMAGE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp"})
# A mask must come back from its file as it was drawn: no JPEG.
LABEL_SUFFIXES: Final = frozenset({".png", ".bmp"})
IMAGE_TAG: Final = "_image"
MASK_TAGS: Final = ("_mask", "_label")
_SHOWN: Final = 3


def bare_name(stem: str) -> str:
    """A stem without the tag that tells an image from its mask.

    Examples
    --------
    >>> bare_name("07_image"), bare_name("07_mask"), bare_name("07")
    ('07', '07', '07')

    """
    for tag in (IMAGE_TAG, *MASK_TAGS):
        if stem.endswith(tag) and stem != tag:
            return stem.removesuffix(tag)
    return stem


def is_mask_name(stem: str) -> bool:
    """Whether a stem ends in `_mask` or `_label`."""
    return stem.endswith(MASK_TAGS)


def image_files(folder: Path) -> tuple[Path, ...]:
    """PNG, JPEG and BMP files of a folder in the order of their names; hidden files are none.

    Raises
    ------
    DatasetError
        The folder is missing or cannot be read.

    """
    return _files(folder, IMAGE_SUFFIXES)


def json_files(folder: Path) -> tuple[Path, ...]:
    """JSON files of a folder in the order of their names.

    Raises
    ------
    DatasetError
        The folder is missing or cannot be read.

    """
    return _files(folder, frozenset({".json"}))


def by_name(files: Iterable[Path]) -> dict[str, Path]:
    """Files by their bare names.

    Raises
    ------
    DatasetError
        Two files have one name: which of them is meant cannot be told.

    """
    named: dict[str, Path] = {}
    for path in files:
        name = bare_name(path.stem)
        if name in named:
            raise DatasetError(
                f"{named[name]} and {path} have the same name, {name}; remove or rename one"
            )
        named[name] = path
    return named


def masks_by_name(files: Iterable[Path]) -> dict[str, Path]:
    """Mask files by their bare names.

    Raises
    ------
    DatasetError
        Two files have one name, or a mask is a JPEG.

    """
    named = by_name(files)
    for path in named.values():
        if path.suffix.lower() not in LABEL_SUFFIXES:
            raise DatasetError(
                f"{path} is a JPEG, which does not keep a mask's values; save it as PNG or BMP"
            )
    return named


def listed(names: Iterable[str]) -> str:
    """The first names of many, for a message.

    Examples
    --------
    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e"])
    ('a, b', 'a, b, c and 2 more')

    """
    known = list(names)
    text = ", ".join(known[:_SHOWN])
    return f"{text} and {len(known) - _SHOWN} more" if len(known) > _SHOWN else text


def _files(folder: Path, suffixes: frozenset[str]) -> tuple[Path, ...]:
    if not folder.is_dir():
        raise DatasetError(f"no folder {folder}")
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise DatasetError(f"cannot read the folder {folder}: {error.strerror}") from error
    return tuple(
        path
        for path in found
        if path.suffix.lower() in suffixes and not path.name.startswith(".") and path.is_file()
    )
