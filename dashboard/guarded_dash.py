"""Dash whose pages carry the token of whoever they are built for."""

from collections.abc import Callable
from typing import Any

from dash import Dash

from dashboard.frame_scripts import without_needless_scripts
from dashboard.grid_script import grid_on_demand
from dashboard.guard_posts import PLACE


class GuardedDash(Dash):
    """Dash with the token in the frame of its pages; without a guard there is none."""

    page_token: Callable[[], str] = staticmethod(lambda: "")

    def interpolate_index(self, *parts: Any, **named: Any) -> str:
        """Return the frame of a page, with the token of the person who asks for it."""
        built = super().interpolate_index(*parts, **named)  # type: ignore[no-untyped-call]
        frame = without_needless_scripts(str(built))
        return grid_on_demand(frame).replace(PLACE, self.page_token(), 1)
