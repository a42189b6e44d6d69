"""The script of the grid, a third of a megabyte: loaded by the pages that show one, not by all."""

import re
from typing import Final

_TAG: Final = re.compile(r'<script src="([^"]*/dash_ag_grid/[^"]*)"></script>')


def grid_on_demand(frame: str) -> str:
    """Return the frame of a page with the grid's script only named; `assets/grid.js` loads it.

    Examples
    --------
    >>> grid_on_demand('<script src="/_x/dash_ag_grid/a.js"></script><script src="/b.js"></script>')
    '<template id="grid-script" data-src="/_x/dash_ag_grid/a.js"></template><script src="/b.js"></script>'

    """
    return _TAG.sub(r'<template id="grid-script" data-src="\1"></template>', frame)
