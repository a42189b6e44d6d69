"""A script that Dash puts into every page and no page of ours needs."""

import re
from typing import Final

# Dash's former table. Its old browsers' functions are left in: Dash calls one of them.
_NEEDLESS: Final = re.compile(r'<script src="[^"]*/dash/dash_table/[^"]*"></script>\s*')


def without_needless_scripts(frame: str) -> str:
    """Return the frame of a page without it.

    Examples
    --------
    >>> without_needless_scripts('<script src="/x/dash/dash_table/bundle.js"></script><script src="/b.js"></script>')
    '<script src="/b.js"></script>'

    """
    return _NEEDLESS.sub("", frame)
