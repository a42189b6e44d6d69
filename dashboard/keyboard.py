"""The keys of the pages: one table for the list that `?` opens, the help page and the script."""

import json
from dataclasses import dataclass

from dash import html

from dashboard.components import Content, for_script, icon, named


@dataclass(frozen=True, slots=True)
class Key:
    """Keys pressed one after the other, and what they do."""

    keys: tuple[str, ...]
    words: str


PAGE_KEYS: dict[str, Key] = {
    "/": Key(("g", "o"), "Overview"),
    "/alerts": Key(("g", "a"), "Alerts"),
    "/chart": Key(("g", "c"), "Chart"),
    "/map": Key(("g", "m"), "Map"),
    "/parts": Key(("g", "p"), "Parts"),
    "/steps": Key(("g", "s"), "Steps"),
    "/pareto": Key(("g", "r"), "Pareto"),
    "/screening": Key(("g", "n"), "Screening"),
    "/health": Key(("g", "h"), "Health"),
    "/reprocess": Key(("g", "d"), "Models"),
    "/settings": Key(("g", "t"), "Settings"),
    "/audit": Key(("g", "u"), "Audit"),
    "/sql": Key(("g", "q"), "SQL"),
    "/help": Key(("g", "e"), "Help"),
}
"""What opens each page, by its path; the words are the label of the page."""

MOVES: tuple[Key, ...] = (
    Key(("j",), "Next tile, row or signal; Enter opens it"),
    Key(("k",), "Previous tile, row or signal"),
    Key(("[",), "Previous part, page of a list or period"),
    Key(("]",), "Next part, page of a list or period"),
    Key(("a",), "Agree with the defect that has the focus"),
    Key(("f",), "Call the defect that has the focus false"),
    Key(("{",), "Nearest part with a signal before this one"),
    Key(("}",), "Nearest part with a signal after this one"),
    Key(("/",), "To the search or the first filter; Esc leaves it"),
    Key(("?",), "This list of keys"),
)


def key_list() -> html.Dialog:
    """Return the list that `?` opens; `assets/keyboard.js` reads the pages' keys from it."""
    return html.Dialog(
        html.Div(
            [
                html.Div(
                    [
                        html.H2("Keys"),
                        html.Button("Close", className="button", **for_script("keys", "close")),
                    ],
                    className="key-list-head",
                ),
                html.Div(
                    [
                        keys_table("On a page", MOVES),
                        keys_table("Go to", tuple(PAGE_KEYS.values())),
                    ],
                    className="halves",
                ),
                html.P(
                    [
                        html.Span("Keys are on.", **for_script("keys", "state")),
                        " They never act while you type. ",
                        html.Button("Turn off", className="button", **for_script("keys", "switch")),
                    ],
                    className="hint",
                ),
            ]
        ),
        id="key-list",
        className="key-list",
        **for_script("pages", json.dumps({key.keys[-1]: path for path, key in PAGE_KEYS.items()})),
        **named("Keys"),
    )


def keys_table(title: str, keys: tuple[Key, ...]) -> html.Div:
    """Return some keys with what they do."""
    rows = [html.Div([html.Dt(_pressed(key)), html.Dd(key.words)]) for key in keys]
    return html.Div([html.H3(title), html.Dl(rows, className="facts keys")])


def keys_button() -> html.Button:
    """Return the button of the header that opens the list."""
    return html.Button(
        icon("keyboard"),
        className="button button-quiet keys-button",
        title="Keys",
        **for_script("keys", "open") | named("Keys"),
    )


def _pressed(key: Key) -> list[Content]:
    words: list[Content] = []
    for at, one in enumerate(key.keys):
        words += [" then "] if at else []
        words.append(html.Kbd(one))
    return words
