"""Settings, characteristics: specification limits, charts, and which of them are monitored."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import ChartView, SettingsView, address, changed
from dashboard.components import Content, badge, card, notice, select, table
from dashboard.context import Page, PageContext
from dashboard.metric_names import metric_name
from dashboard.pages.pager import pager
from dashboard.pages.settings_form import characteristic_dialog
from dashboard.pages.settings_tabs import read_only, settings_heading, without_desk
from dashboard.settings_words import KINDS, RULES, characteristic_words, limits_words
from warehouse.journal.characteristic_rules import RANGES
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.records import Stream

PAGE_SIZE = 50

RULE = (
    "A part is judged by the limits that held when it was captured. blemish.toml only gives new "
    "streams their first limits, and limits in mm, which no chart shows."
)


def filters(view: SettingsView, context: PageContext) -> Content:
    """Return the choice of a stream and the search."""
    if context.desk is None:
        return None
    streams = sorted({row.stream.key for row in context.desk.characteristics()})
    listed = [{"value": "", "label": "All streams"}]
    listed += [{"value": key, "label": stream_words(Stream.from_key(key))} for key in streams]
    known = view.stream if view.stream in streams else ""
    return [
        select("stream", "Stream", listed, known, wide=True),
        dmc.TextInput(
            id={"type": "filter", "name": "find"},
            label="Metric or place contains",
            value=view.find,
            debounce=400,
            size="xs",
            className="filter filter-wide",
        ),
    ]


def stream_words(stream: Stream) -> str:
    """Return a stream as people name it."""
    return f"{stream.line} / {stream.station} / {stream.tool} / {stream.family}"


def content(view: SettingsView, context: PageContext) -> list[Content]:
    """Return one page of characteristics, and the form of the one that the address names."""
    desk = context.desk
    if desk is None:
        return without_desk(SettingsView)
    every = desk.characteristics()
    found = matching(every, view)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(view.page, 1), pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    off = sum(not row.enabled for row in every)
    below = f"{len(every):,} characteristics" + (f", {off:,} switched off" if off else "")
    editing = next((row for row in every if row.characteristic_id == view.edit), None)
    may_edit = desk.edits_characteristics
    return [
        settings_heading(SettingsView, below),
        None if may_edit else read_only("Your role shows these settings; engineers change them."),
        card(
            _table(shown, view, may_edit=may_edit),
            html.P(RULE, className="hint"),
            kind="settings-wide",
        )
        if shown
        else _none(every),
        pager(changed(view, {"edit": ""}), page, pages, what="characteristics"),
        characteristic_dialog(
            editing,
            desk.limits_in_force().get(editing.characteristic_id),
            others=sum(row.metric == editing.metric for row in every) - 1,
        )
        if editing is not None and may_edit
        else None,
    ]


def matching(rows: list[CharacteristicRow], view: SettingsView) -> list[CharacteristicRow]:
    """Return the characteristics of a stream whose name or place contains what is searched."""
    wanted = view.find.lower()
    place = {metric: at for at, metric in enumerate(RANGES)}
    return [
        row
        for row in sorted(rows, key=lambda one: (one.stream.key, place[one.metric]))
        if view.stream in ("", row.stream.key)
        and wanted in f"{characteristic_words(row)} {row.metric}".lower()
    ]


def _none(every: list[CharacteristicRow]) -> html.Div:
    if every:
        return notice("No characteristic matches", "Search for something else.")
    words = "Characteristics are made when the first parts of a stream are measured: blemish run"
    return notice("No characteristic yet", words)


def _table(rows: list[CharacteristicRow], view: SettingsView, *, may_edit: bool) -> html.Div:
    heads = ["Characteristic", "Stream", "Specification", "Chart", "Rules", "Monitored"]
    cells = [
        [
            dcc.Link(
                metric_name(row.metric).label,
                href=address(ChartView(characteristic=row.characteristic_id)),
            )
            if row.enabled
            else metric_name(row.metric).label,
            stream_words(row.stream),
            limits_words(row) if RANGES[row.metric].limits else "–",
            KINDS[row.chart or ""] if RANGES[row.metric].charts else "A nightly test",
            RULES.get(row.rules, row.rules) if RANGES[row.metric].charts else "–",
            badge("On", tone="good", icon_name="check")
            if row.enabled
            else badge("Off", tone="plain", icon_name="nodata"),
            *([_edit_link(row, view)] if may_edit else []),
        ]
        for row in rows
    ]
    return table(
        heads + (["Change"] if may_edit else []),
        cells,
        caption="Characteristics",
        row_classes=["" if row.enabled else "withdrawn" for row in rows],
    )


def _edit_link(row: CharacteristicRow, view: SettingsView) -> dcc.Link:
    return dcc.Link(
        ["Change", html.Span(f" {characteristic_words(row)}", className="unseen")],
        href=address(changed(view, {"edit": row.characteristic_id})),
    )


PAGE = Page("/settings", "Settings", "settings", SettingsView, filters, content, place="menu")
