"""Small building blocks of the pages; every text passes through React, which escapes it."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.figures.template import GRAPH_CONFIG
from dashboard.state_words import state_look

Content = Any
"""What Dash shows: a component, text, a number, or a list of them."""

UNREAD: dict[str, Any] = {"aria-hidden": "true"}
"""For what is only decoration: screen readers pass over it."""


def named(words: str) -> dict[str, Any]:
    """Return the attribute that names a component to screen readers."""
    return {"aria-label": words}


def marked(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Return data- and aria- attributes, which have no parameters of their own, for a component."""
    return dict(attributes)


def for_script(name: str, value: str) -> dict[str, Any]:
    """Return the attribute `data-name`, which a script of `assets/` looks for.

    Examples
    --------
    >>> for_script("keys", "close")
    {'data-keys': 'close'}

    """
    return {f"data-{name}": value}


def icon(name: str) -> html.Span:
    """Return a drawing of `assets/icons` in the colour of the text; readers skip it."""
    return html.Span(className=f"icon icon-{name}", **UNREAD)


def badge(words: str, *, tone: str, icon_name: str) -> html.Span:
    """Return a word with an icon on a tone: good, warn, bad or plain."""
    return html.Span([icon(icon_name), words], className=f"badge badge-{tone}")


def state_badge(state: str) -> html.Span:
    """Return the badge of a characteristic's state."""
    look = state_look(state)
    return badge(state.capitalize(), tone=look.tone, icon_name=look.icon)


def verdict_badge(*, passed: bool | None) -> html.Span:
    """Return the badge of an inspection: passed, failed, or no specification to judge by."""
    if passed is None:
        return badge("Not judged", tone="plain", icon_name="few")
    if passed:
        return badge("Passed", tone="good", icon_name="check")
    return badge("Failed", tone="bad", icon_name="spec")


def heading(title: str, *, below: Content = None, beside: Content = None) -> html.Div:
    """Return the only h1 of a page."""
    words = (
        [html.H1(title), html.Div(below, className="below-title")] if below else [html.H1(title)]
    )
    return html.Div(
        [html.Div(words), html.Div(beside, className="beside-title") if beside else None],
        className="heading",
    )


def card(*content: Content, title: str | None = None, kind: str = "") -> html.Section:
    """Return a framed section; a title makes it a landmark of its own."""
    head = [html.H2(title)] if title else []
    return html.Section([*head, *content], className=f"card {kind}".strip())


def notice(title: str, *content: Content, tone: str = "plain") -> html.Div:
    """Return a page's words in place of data: what is the case, and what to do next."""
    icons = {"bad": "error", "warn": "error", "plain": "nodata", "good": "check"}
    return html.Div(
        [icon(icons[tone]), html.Div([html.Strong(title), *[html.P(one) for one in content]])],
        className=f"notice notice-{tone}",
        role="alert" if tone == "bad" else "status",
    )


def facts(pairs: Sequence[tuple[str, Content]]) -> html.Dl:
    """Return terms with their values."""
    rows = [html.Div([html.Dt(term), html.Dd(value)]) for term, value in pairs]
    return html.Dl(rows, className="facts")


def table(
    heads: Sequence[Content],
    rows: Sequence[Sequence[Content]],
    *,
    caption: str,
    numeric: Sequence[int] = (),
    row_classes: Sequence[str] = (),
) -> html.Div:
    """Return a table that scrolls sideways by itself on a narrow screen.

    `numeric` are the columns set flush right.
    """

    def sided(column: int) -> str:
        return "number" if column in numeric else ""

    head = html.Tr(
        [html.Th(word, className=sided(at), scope="col") for at, word in enumerate(heads)]
    )
    classes = row_classes or [""] * len(rows)
    body = [
        html.Tr([html.Td(cell, className=sided(at)) for at, cell in enumerate(row)], className=kind)
        for row, kind in zip(rows, classes, strict=True)
    ]
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="unseen"),
                html.Thead(head),
                html.Tbody(body),
            ]
        ),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **named(caption),
    )


def graph(figure: Any, *, name: str, words: str) -> html.Div:
    """Return a figure with a summary in words for those who cannot see it."""
    return html.Div(
        dcc.Graph(
            id=name,
            figure=figure,
            config=GRAPH_CONFIG,
            # A figure without a height is as wide as its place, and square but for its margins.
            style=(
                {"height": f"{figure.layout.height}px"}
                if figure.layout.height
                else {
                    "aspectRatio": "1 / 1.08",
                    "width": "100%",
                    "maxWidth": "570px",
                    "margin": "0 auto",
                }
            ),
        ),
        role="figure",
        className="graph",
        **named(words),
    )


def button_link(words: str, href: str, *, icon_name: str | None = None) -> dcc.Link:
    """Return a link that looks like a button."""
    return dcc.Link([icon(icon_name) if icon_name else None, words], href=href, className="button")


def choice(name: str, label: str, data: Sequence[dict[str, str]], value: str) -> html.Div:
    """Return a row of alternatives; its value goes into the address under `name`."""
    return html.Div(
        [
            html.Span(label, className="filter-label", id=f"label-{name}"),
            dmc.SegmentedControl(
                id={"type": "filter", "name": name},
                data=list(data),
                value=value,
                size="xs",
                **{"aria-labelledby": f"label-{name}"},
            ),
        ],
        className="filter",
    )


def select(
    name: str, label: str, data: Sequence[dict[str, str]], value: str, *, wide: bool = False
) -> dmc.Select:
    """Return a searchable list; its value goes into the address under `name`."""
    return dmc.Select(
        id={"type": "filter", "name": name},
        label=label,
        data=list(data),
        value=value,
        searchable=True,
        allowDeselect=False,
        size="xs",
        className="filter filter-wide" if wide else "filter",
        nothingFoundMessage="Nothing of this name",
        comboboxProps={"shadow": "md"},
    )


def switch(name: str, label: str, *, checked: bool) -> dmc.Switch:
    """Return a switch; its state goes into the address under `name`."""
    return dmc.Switch(
        id={"type": "flag", "name": name},
        label=label,
        checked=checked,
        size="sm",
        className="filter",
    )
