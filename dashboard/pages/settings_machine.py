"""Settings, the file: what `blemish.toml` says, to be read here and changed there."""

import dash_mantine_components as dmc
from dash import html

from dashboard.address import MachineView
from dashboard.components import Content, badge, card, notice, table
from dashboard.context import Page, PageContext
from dashboard.pages.settings_tabs import read_only, settings_heading
from dashboard.settings_machine import MachineSetting

WHERE = (
    "These settings stand in blemish.toml in the folder of the site. They are changed there, by who "
    "runs the machine, and hold from the next start of the service; passwords stand in the "
    "service's environment and are never shown."
)


def filters(view: MachineView, _context: PageContext) -> Content:
    """Return the search."""
    return dmc.TextInput(
        id={"type": "filter", "name": "find"},
        label="Section, key or meaning contains",
        value=view.find,
        debounce=400,
        size="xs",
        className="filter filter-wide",
    )


def content(view: MachineView, context: PageContext) -> list[Content]:
    """Return the settings by section."""
    wanted = view.find.lower()
    found = [
        row
        for row in context.settings.machine
        if wanted in f"[{row.section}] {row.key} {row.meaning}".lower()
    ]
    changed = sum(not row.is_default for row in context.settings.machine)
    by_section: dict[str, list[MachineSetting]] = {}
    for row in found:
        by_section.setdefault(row.section, []).append(row)
    return [
        settings_heading(MachineView, f"{changed:,} settings differ from their defaults"),
        read_only(WHERE),
        *[_section(name, rows) for name, rows in by_section.items()],
        None if found else notice("No setting matches", "Search for something else."),
    ]


def _section(name: str, rows: list[MachineSetting]) -> html.Section:
    cells = [
        [
            html.Code(row.key),
            html.Span(row.value or "–"),
            "default" if row.is_default else badge("set", tone="plain", icon_name="check"),
            html.Span(row.meaning, className="settings-meaning"),
        ]
        for row in rows
    ]
    heads = ["Key", "Value", "", "Meaning"]
    return card(
        table(heads, cells, caption=f"Settings of [{name}]"),
        title=f"[{name}]",
        kind="settings-file",
    )


PAGE = Page(
    "/settings/machine", "Settings file", "settings", MachineView, filters, content,
    place="nowhere",
)  # fmt: skip
