"""Settings, streams: which there are, when they were last seen, and switching one off as a whole."""

from collections import defaultdict

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import SettingsStreamsView, SettingsView, address
from dashboard.components import Content, badge, card, named, notice, table
from dashboard.context import Page, PageContext
from dashboard.pages.settings import stream_words
from dashboard.pages.settings_tabs import read_only, settings_heading, without_desk
from dashboard.settings_words import plain
from dashboard.who_field import who_field
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.records import Stream
from warehouse.series import StreamSummary


def filters(_view: SettingsStreamsView, _context: PageContext) -> Content:
    """Return nothing: a plant has few streams."""
    return None


def content(view: SettingsStreamsView, context: PageContext) -> list[Content]:
    """Return the streams, and the form of the one that the address names."""
    desk = context.desk
    if desk is None:
        return without_desk(SettingsStreamsView)
    own: dict[Stream, list[CharacteristicRow]] = defaultdict(list)
    for row in desk.characteristics():
        own[row.stream].append(row)
    seen = {one.stream: one for one in context.reader.streams()}
    streams = sorted({*own, *seen}, key=lambda one: one.key)
    may_edit = desk.edits_characteristics
    editing = next((one for one in streams if one.key == view.edit and own.get(one)), None)
    return [
        settings_heading(SettingsStreamsView, f"{len(streams):,} streams"),
        None if may_edit else read_only("Your role shows these settings; engineers change them."),
        card(_table(streams, own, seen, context, may_edit=may_edit), kind="settings-wide")
        if streams
        else notice("No stream yet", "A stream is made of its first parts: blemish run"),
        _dialog(editing, own[editing]) if editing is not None and may_edit else None,
    ]


def _table(
    streams: list[Stream],
    own: dict[Stream, list[CharacteristicRow]],
    seen: dict[Stream, StreamSummary],
    context: PageContext,
    *,
    may_edit: bool,
) -> html.Div:
    heads = ["Stream", f"Last part ({context.clock.zone_name})", "Parts", "Monitored"]
    cells = []
    for stream in streams:
        summary, rows = seen.get(stream), own.get(stream, [])
        # What nobody can tell the stream of is counted for the whole site, in pictures.
        pictures = {row.metric for row in rows} == {"refused_share"}
        nothing = "pictures, not parts" if pictures else "no part yet"
        cells.append(
            [
                dcc.Link(stream_words(stream), href=address(SettingsView(stream=stream.key))),
                nothing if summary is None else context.clock.words(summary.last_at),
                "–" if summary is None else f"{summary.inspections:,}",
                _monitored(rows),
                *([_edit_link(stream)] if may_edit and rows else [""] if may_edit else []),
            ]
        )
    if may_edit:
        heads.append("Change")
    return table(heads, cells, caption="Streams", numeric=(2,))


def _monitored(rows: list[CharacteristicRow]) -> html.Span:
    on = sum(row.enabled for row in rows)
    words = f"{on} of {len(rows)} characteristics"
    if on == len(rows):
        return badge(words, tone="good", icon_name="check")
    return badge(words, tone="plain", icon_name="nodata" if not on else "few")


def _edit_link(stream: Stream) -> dcc.Link:
    return dcc.Link(
        ["Switch", html.Span(f" {stream_words(stream)}", className="unseen")],
        href=address(SettingsStreamsView(edit=stream.key)),
    )


def _dialog(stream: Stream, rows: list[CharacteristicRow]) -> dmc.Modal:
    on = sum(row.enabled for row in rows)
    return dmc.Modal(
        id="stream-dialog",
        title=stream_words(stream),
        opened=True,
        closeButtonProps=named("Close"),
        size="lg",
        children=[
            dcc.Store(id="stream-seen", data=[plain(row) for row in rows]),
            html.P(
                f"{on} of {len(rows)} characteristics are monitored. Without any, the stream has "
                "no tile, chart or alert from the next run on; its parts are measured, and pass or "
                "fail, as before."
            ),
            who_field("stream-who"),
            dmc.TextInput(
                id="stream-reason", label="Reason", placeholder="line 2 is rebuilt", required=True
            ),
            html.Div(
                [
                    html.Button(
                        "Switch all off",
                        id="stream-off",
                        className="button button-main" if on else "button",
                        n_clicks=0,
                    ),
                    html.Button(
                        "Switch all on",
                        id="stream-on",
                        className="button" if on == len(rows) else "button button-main",
                        n_clicks=0,
                    ),
                ],
                className="form-buttons",
            ),
            html.P(id="stream-message", className="form-message", role="status"),
        ],
    )


PAGE = Page(
    "/settings/streams", "Streams", "settings", SettingsStreamsView, filters, content,
    place="nowhere",
)  # fmt: skip
