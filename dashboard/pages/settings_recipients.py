"""Settings, recipients: who gets which mails, of which part of the plant."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import RecipientsView, address
from dashboard.components import Content, badge, button_link, card, named, notice, table
from dashboard.context import Page, PageContext
from dashboard.pages.settings_tabs import read_only, settings_heading, without_desk
from dashboard.recipient_words import gets_words, plain_recipient, scope_key, scopes_of
from dashboard.who_field import who_field
from warehouse.journal.recipients import Recipient, RecipientScope
from warehouse.records import Stream

FROM_FILE = (
    "These addresses come from [alerts] in blemish.toml. The first change here takes them over; "
    "from then on the file is not asked any more."
)


def filters(_view: RecipientsView, _context: PageContext) -> Content:
    """Return nothing: a plant has few recipients."""
    return None


def content(view: RecipientsView, context: PageContext) -> list[Content]:
    """Return the recipients, and the form of the one that the address names."""
    desk = context.desk
    if desk is None:
        return without_desk(RecipientsView)
    stored = desk.recipients()
    rows = stored or list(context.settings.seed_recipients)
    may_edit = desk.edits_recipients
    editing = rows[view.edit - 1] if 0 < view.edit <= len(rows) else None
    streams = sorted({row.stream for row in desk.characteristics()}, key=lambda one: one.key)
    add = button_link("Add a recipient", address(RecipientsView(new=True)))
    return [
        settings_heading(RecipientsView, _count(rows)),
        None if may_edit else read_only("Your role shows the recipients; admins change them."),
        card(
            _table(rows, may_edit=may_edit),
            None if stored else read_only(FROM_FILE),
            kind="settings-wide",
        )
        if rows
        else notice("Nobody gets mails", "Mails are written, kept and marked as suppressed."),
        html.Div(add, className="form-buttons") if may_edit else None,
        _dialog(editing, streams) if may_edit and (editing is not None or view.new) else None,
    ]


def _count(rows: Sequence[Recipient]) -> str:
    active = sum(row.active for row in rows)
    off = len(rows) - active
    words = "1 address gets mails" if active == 1 else f"{active:,} addresses get mails"
    return words + (f", {off:,} switched off" if off else "")


def _table(rows: Sequence[Recipient], *, may_edit: bool) -> html.Div:
    heads = ["Address", "Name", "Gets", "Of", "Mails"]
    cells = [
        [
            row.address,
            row.name or "–",
            gets_words(row),
            _scope_words(row),
            badge("On", tone="good", icon_name="check")
            if row.active
            else badge("Off", tone="plain", icon_name="nodata"),
            *([_edit_link(row, place)] if may_edit else []),
        ]
        for place, row in enumerate(rows, start=1)
    ]
    return table(
        heads + (["Change"] if may_edit else []),
        cells,
        caption="Recipients",
        row_classes=["" if row.active else "withdrawn" for row in rows],
    )


def _scope_words(row: Recipient) -> str:
    words = str(row.scope)
    return f"{words}; failures of the whole site" if row.failures and row.scope.line else words


def _edit_link(row: Recipient, place: int) -> dcc.Link:
    return dcc.Link(
        ["Change", html.Span(f" {row.address}", className="unseen")],
        href=address(RecipientsView(edit=place)),
    )


def _dialog(row: Recipient | None, streams: Sequence[Stream]) -> dmc.Modal:
    shown = row or Recipient("")
    scopes = scopes_of(streams)
    if shown.scope not in scopes:
        scopes.append(shown.scope)
    return dmc.Modal(
        id="recipient-dialog",
        title="New recipient" if row is None else row.address,
        opened=True,
        closeButtonProps=named("Close"),
        size="lg",
        children=[
            dcc.Store(id="recipient-seen", data=None if row is None else plain_recipient(row)),
            html.Div(
                [
                    dmc.TextInput(
                        id="recipient-address",
                        label="Mail address",
                        value=shown.address,
                        placeholder="shift-lead@plant.example",
                        debounce=300,
                        required=True,
                        className="grow",
                    ),
                    dmc.TextInput(
                        id="recipient-name",
                        label="Name, shown here only",
                        value=shown.name,
                        placeholder="Shift lead",
                        debounce=300,
                        className="grow",
                    ),
                ],
                className="form-row",
            ),
            html.Div(
                [
                    _check("alerts", "Alerts", checked=shown.alerts),
                    _check("digest", "Nightly digest", checked=shown.digest),
                    _check("failures", "Failed and missing runs", checked=shown.failures),
                ],
                className="settings-checks",
                role="group",
                **named("What it gets"),
            ),
            dmc.Select(
                id="recipient-scope",
                label="Alerts and digest of",
                data=[{"value": scope_key(one), "label": _capital(one)} for one in scopes],
                value=scope_key(shown.scope),
                searchable=True,
                allowDeselect=False,
                comboboxProps={"withinPortal": True},
            ),
            dmc.Switch(id="recipient-active", label="Gets mails", checked=shown.active, size="sm"),
            html.Div(id="recipient-preview", className="settings-preview", role="status"),
            who_field("recipient-who"),
            dmc.TextInput(
                id="recipient-reason", label="Reason", placeholder="new shift lead", required=True
            ),
            html.Div(
                html.Button(
                    "Save", id="recipient-save", className="button button-main", n_clicks=0
                ),
                className="form-buttons",
            ),
            html.P(id="recipient-message", className="form-message", role="status"),
        ],
    )


def _check(name: str, label: str, *, checked: bool) -> dmc.Checkbox:
    return dmc.Checkbox(
        id=f"recipient-{name}", label=label, checked=checked, size="sm", radius="sm"
    )


def _capital(scope: RecipientScope) -> str:
    words = str(scope)
    return f"{words[0].upper()}{words[1:]}"


PAGE = Page(
    "/settings/recipients", "Recipients", "settings", RecipientsView, filters, content,
    place="nowhere",
)  # fmt: skip
