"""What only shows is sent as one component: Dash's renderer slows down with the square of them.

A table of 200 rows written with `html.Td` is 1,600 components, each of which Dash keeps in its
store and asks about every change of every other one: 16 seconds of a frozen page, measured. As one
component it takes as long as the browser needs to draw it. Pages are written with `html` and
`dcc.Link` all the same; `condensed` finds what can be sent together.
"""

from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import Content

HTML = "dash.html."
PLACED_BY_US = ("id", "n_clicks")
"""A component with one of these takes part in callbacks and stays a component."""


class StaticTree(Component):
    """A tree of plain elements, drawn by `assets/blemish.js`: text, [tag, properties, children]."""

    # Declared as Dash's base class declares them; its metaclass reads them from the class.
    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = []  # noqa: RUF012
    _namespace = "blemish_elements"
    _type = "StaticTree"

    def __init__(self, tree: Any = None) -> None:
        self._prop_names = ["tree"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = ["tree"]
        self.available_wildcard_properties: list[str] = []
        initialise: Any = super().__init__
        initialise(tree=tree)


def condensed(content: Content) -> Content:
    """Return `content` with every largest part that only shows as one component.

    Examples
    --------
    >>> from dash import html
    >>> shown = condensed(html.Div([html.B("a"), html.Div(id="page-graph")]))
    >>> [type(part).__name__ for part in shown.children]
    ['StaticTree', 'Div']
    >>> condensed(html.P(["x", html.B("y")])).tree
    ['p', {}, ['x', ['b', {}, ['y']]]]

    """
    if isinstance(content, list | tuple):
        return [condensed(part) for part in content]
    if not isinstance(content, Component):
        return content
    if _only_shows(content):
        return StaticTree(_tree(content))
    children = getattr(content, "children", None)
    if children is not None:
        # The page was built for this one answer, so it may be changed in place.
        content.children = condensed(children)
    return content


def _only_shows(part: Content) -> bool:
    if isinstance(part, list | tuple):
        return all(_only_shows(one) for one in part)
    if not isinstance(part, Component):
        return True
    is_plain = type(part).__module__.startswith(HTML) or isinstance(part, dcc.Link)
    if not is_plain or any(hasattr(part, name) for name in PLACED_BY_US):
        return False
    return _only_shows(getattr(part, "children", None))


def _tree(part: Content) -> Any:
    if not isinstance(part, Component):
        return part
    to_json: Any = part.to_plotly_json
    properties = dict(to_json()["props"])
    children = properties.pop("children", None)
    listed = list(children) if isinstance(children, list | tuple) else [children]
    # Links of our own pages are followed within the page; see assets/blemish.js.
    tag = "a" if isinstance(part, dcc.Link) else type(part).__name__.lower()
    if isinstance(part, dcc.Link):
        properties["data-inside"] = ""
    return [tag, properties, [_tree(one) for one in listed if one is not None]]
