"""What the settings pages share: the way between them, and why a reader may not change anything."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.address import (
    AnyView,
    MachineView,
    RecipientsView,
    SettingsStreamsView,
    SettingsView,
    address,
)
from dashboard.components import Content, heading, named, notice

_HERE: dict[str, Any] = {"aria-current": "page"}
TABS: tuple[tuple[type[AnyView], str], ...] = (
    (SettingsView, "Characteristics"),
    (SettingsStreamsView, "Streams"),
    (RecipientsView, "Recipients"),
    (MachineView, "Settings file"),
)


def settings_heading(shown: type[AnyView], below: Content) -> html.Div:
    """Return the heading of a settings page with the links to the others."""
    links = [
        dcc.Link(
            html.Span(words, **(_HERE if view is shown else {})),
            href=address(view()),
            className="settings-tab settings-tab-here" if view is shown else "settings-tab",
        )
        for view, words in TABS
    ]
    tabs = html.Nav(links, className="settings-tabs", **named("Settings"))
    return heading("Settings", below=html.Span(below, className="dim"), beside=tabs)


def read_only(words: str) -> html.P:
    """Return the line that says who may change what is shown."""
    return html.P(words, className="hint")


def without_desk(shown: type[AnyView]) -> list[Content]:
    """Return a settings page of a dashboard that has no journal behind it."""
    words = "This dashboard was started without the journal of a site."
    return [settings_heading(shown, ""), notice("No settings here", words)]


def change_table(changes: Sequence[tuple[str, str, str]]) -> html.Table:
    """Return what differs, before and after."""
    return html.Table(
        [
            html.Caption("What changes", className="unseen"),
            html.Thead(html.Tr([html.Th(word, scope="col") for word in ("", "Before", "After")])),
            html.Tbody(
                [
                    html.Tr(
                        [
                            html.Th(name, scope="row"),
                            html.Td(before or "–"),
                            html.Td([html.Strong(after or "–")]),
                        ]
                    )
                    for name, before, after in changes
                ]
            ),
        ],
        className="settings-changes",
    )


def preview(changes: Sequence[tuple[str, str, str]], said: Sequence[str]) -> list[Content]:
    """Return before and after, and what follows from it."""
    if not changes:
        return [html.P("Nothing is changed yet.", className="dim")]
    return [change_table(changes), *[html.P(one, className="hint") for one in said]]
