"""What states, rules, charts and measures mean, the keys, and where more is written."""

from dash import html

from dashboard.address import HelpView
from dashboard.components import Content, card, facts, heading, named, state_badge, table
from dashboard.context import Page, PageContext
from dashboard.keyboard import MOVES, PAGE_KEYS, keys_table
from dashboard.manual import manual_pages
from dashboard.metric_names import NAMES
from dashboard.pages.help_words import CHARTS, LINES, STATES, rules_in_words

SECTIONS = (
    ("states", "States"),
    ("lines", "Lines of a chart"),
    ("rules", "Rules"),
    ("charts", "Charts"),
    ("measures", "Measures"),
    ("keys", "Keys"),
    ("manual", "Manual"),
)


def filters(_view: HelpView, _context: PageContext) -> Content:
    """Return nothing: the page is searched by the browser."""
    return None


def content(_view: HelpView, _context: PageContext) -> list[Content]:
    """Return the sections, with links to them first."""
    bodies: dict[str, list[Content]] = {
        "states": [_states()],
        "lines": [facts(LINES)],
        "rules": _rules(),
        "charts": _charts(),
        "measures": [_measures()],
        "keys": [_keys()],
        "manual": _manual(),
    }
    links = [html.A(title, href=f"#{name}", className="button") for name, title in SECTIONS]
    return [
        heading("Help"),
        html.Nav(links, className="views", **named("Sections")),
        *[
            html.Div(card(*bodies[name], title=title), id=name, className="help-section")
            for name, title in SECTIONS
            if bodies[name]
        ],
    ]


def _states() -> html.Div:
    rows: list[list[Content]] = [[state_badge(state), words] for state, words in STATES.items()]
    return table(["State", "When"], rows, caption="States, the worst first")


def _rules() -> list[Content]:
    rows: list[list[Content]] = [[words, sets] for words, sets in rules_in_words()]
    return [
        table(["What signals", "In the sets"], rows, caption="Rules"),
        html.P(
            "A part out of specification is reported whatever its limits say. On a site's charts the "
            "limits and the running average signal; the other rules are for tables of your own "
            "(blemish chart --rules).",
            className="hint",
        ),
    ]


def _charts() -> list[Content]:
    rows: list[list[Content]] = [[html.Code(kind), words] for kind, words in CHARTS.items()]
    return [table(["Chart", "For"], rows, caption="Kinds of charts")]


def _measures() -> html.Div:
    rows: list[list[Content]] = [
        [name.label, name.unit, name.meaning, html.Code(metric)] for metric, name in NAMES.items()
    ]
    return table(["Measure", "Unit", "What it is", "Name in files"], rows, caption="Measures")


def _keys() -> html.Div:
    pages = tuple(PAGE_KEYS.values())
    return html.Div(
        [keys_table("On a page", MOVES), keys_table("Go to", pages)], className="halves keys-pair"
    )


def _manual() -> list[Content]:
    found = manual_pages()
    links = [
        html.Li(html.A(page.title, href=f"/help/{name}.md", target="_blank"))
        for name, page in found.items()
    ]
    return [html.Ul(links, className="manual")] if links else []


PAGE = Page("/help", "Help", "help", HelpView, filters, content, place="menu")
