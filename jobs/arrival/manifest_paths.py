"""Paths in a manifest: always inside the inbox, whatever they say."""

import posixpath
import re
import unicodedata

# Controls and halves of characters; invisible signs may stand in a file's name.
CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
MAX_PATH = 1024


def image_path(text: str, folder: str) -> str:
    r"""Return the path an `image` field names, relative to the inbox.

    Parameters
    ----------
    text : str
        Relative to the manifest; backslashes are read as slashes.
    folder : str
        The manifest's own folder, relative to the inbox; empty for the inbox.

    Raises
    ------
    ValueError
        The path is empty, absolute, an address, climbs with `..`, is longer than 1024 characters,
        or has a control character or a byte that is not in the file's encoding.

    Examples
    --------
    >>> image_path("day 1\\A17.png", "line-2")
    'line-2/day 1/A17.png'
    >>> image_path("../../etc/passwd", "line-2")
    Traceback (most recent call last):
    ...
    ValueError: the image path '../../etc/passwd' leaves its folder

    """
    path = text.replace("\\", "/")
    if not path.strip():
        raise ValueError("the image path is empty")
    if len(path) > MAX_PATH:
        raise ValueError(f"the image path has {len(path)} characters, at most {MAX_PATH}")
    if not path.isprintable() and any(unicodedata.category(sign) in CONTROL for sign in path):
        raise ValueError(f"the image path {text!r} has a control character or a damaged one")
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*://", path):
        raise ValueError(f"the image path {text!r} is not relative to the manifest")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ValueError(f"the image path {text!r} leaves its folder")
    return posixpath.join(folder, *parts)
