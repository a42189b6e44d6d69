"""What the dashboard itself refuses, and how an error of a store is shown on a page."""

import re

_FOLDERS = re.compile(r"(?<![\w<])/(?:[^/\s'\":;,]+/)+")


class DashboardError(Exception):
    """Base of the dashboard's own errors; the message is fit to be shown on a page."""


class FormError(DashboardError):
    """A field of a form holds what cannot be; the text says which, and what to write."""


class DecisionError(DashboardError):
    """What a person decided cannot be done; the text says why."""


class LinkError(DashboardError):
    """A link of a mail cannot be used: not ours, cut off, or too old."""


def without_folders(said: Exception | str) -> str:
    """Return what was `said` without the folders of the server; file names stay.

    Examples
    --------
    >>> without_folders(OSError("/srv/line-7/warehouse/master.duckdb is missing; restore a backup"))
    'master.duckdb is missing; restore a backup'

    """
    return _FOLDERS.sub("", str(said))
