"""What a page says once a decision is stored: a line above the page, which is drawn anew."""

from dash import set_props

from dashboard.components import notice


def tell_decided(heading: str, said: str, decisions: int) -> None:
    """Say within a callback what was decided.

    Parameters
    ----------
    decisions
        How many this page has seen; one more makes it read what is stored.

    """
    set_props("banner", {"children": notice(heading, said, tone="good")})
    set_props("decisions", {"data": decisions + 1})
