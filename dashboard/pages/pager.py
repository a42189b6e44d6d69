"""The way through a list that is cut into pages."""

from dash import html

from dashboard.address import AnyView, address, changed
from dashboard.components import button_link, named


def pager(view: AnyView, page: int, pages: int, *, what: str = "list") -> html.Nav | None:
    """Return links to the pages before and after `page`; None where there is one page only.

    Parameters
    ----------
    view
        The view shown; its `page` is what the links change.
    what
        What is cut into pages, for screen readers.

    """
    if pages < 2:
        return None
    back = button_link("Back", _to(view, page - 1), icon_name="previous") if page > 1 else None
    more = button_link("More", _to(view, page + 1), icon_name="next") if page < pages else None
    words = html.Span(f"Page {page:,} of {pages:,}")
    return html.Nav([back, words, more], className="pager", **named(f"Pages of the {what}"))


def _to(view: AnyView, page: int) -> str:
    return address(changed(view, {"page": page}))
