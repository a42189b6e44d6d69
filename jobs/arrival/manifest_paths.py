"""Paths in a manifest: always inside the inbox, whatever they say."""

import posixpath
import re


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
        The path is empty, absolute, an address, or climbs with `..`.

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
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*://", path):
        raise ValueError(f"the image path {text!r} is not relative to the manifest")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ValueError(f"the image path {text!r} leaves its folder")
    return posixpath.join(folder, *parts)
