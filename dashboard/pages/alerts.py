"""Alerts: what fired, who is on it, what is kept back and why, and the mails that wait."""

from dash import dcc, html

from dashboard.address import AlertsView, ChartView, address, changed
from dashboard.alert_board import LOOKS, PAGE_SIZE, AlertBoard, chosen_episodes
from dashboard.components import Content, badge, button_link, card, choice, heading, notice, table
from dashboard.context import Page, PageContext
from dashboard.metric_names import metric_name
from dashboard.pages.alert_dialog import alert_dialog
from dashboard.pages.mail_cards import dead_mails_card, waiting_notice
from dashboard.pages.pager import pager
from warehouse.journal.alert_plan import EpisodeRow
from warehouse.journal.silence_scope import SilenceRow
from warehouse.records import Stream


def filters(view: AlertsView, context: PageContext) -> Content:  # noqa: ARG001
    """Return the choice of state and kind."""
    return [
        choice(
            "state",
            "Show",
            [{"value": "open", "label": "Open"}, {"value": "all", "label": "All"}],
            view.state,
        ),
        choice(
            "kind",
            "Kind",
            [
                {"value": "any", "label": "Any"},
                {"value": "process", "label": "Process"},
                {"value": "camera", "label": "Camera / model"},
            ],
            view.kind,
        ),
    ]


def content(view: AlertsView, context: PageContext) -> list[Content]:
    """Return the alerts, the silences in force and the mails that did not go out."""
    board = context.reader.alerts(context.clock.now())
    found = chosen_episodes(board, view)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(view.page, 1), pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    waits = sum(row.state in ("pending", "firing") for row in board.episodes)
    below = f"{waits:,} wait for somebody; {board.ledger}" if board.ledger else None
    return [
        heading("Alerts", below=html.Span(below, className="dim") if below else None),
        waiting_notice(board, context),
        card(_table(shown, view, context)) if shown else _none(view),
        pager(view, page, pages),
        _silences_card(board, context),
        dead_mails_card(board, context),
        alert_dialog(board, view) if context.may_decide else None,
    ]


def _none(view: AlertsView) -> html.Div:
    if view.state == "open":
        return notice(
            "No open alert",
            dcc.Link("Show those that are over", href=address(changed(view, {"state": "all"}))),
            tone="good",
        )
    return notice("No alert yet", "Limits that somebody put in force raise them.")


def _table(rows: list[EpisodeRow], view: AlertsView, context: PageContext) -> html.Div:
    heads = ["State", "Alert", "Began", "Last signal", "Signals", "Mail", ""]
    cells = [
        [
            badge(
                row.state.capitalize(), tone=LOOKS[row.state].tone, icon_name=LOOKS[row.state].icon
            ),
            _story(row),
            context.clock.words(row.first_signal_at),
            context.clock.words(row.last_signal_at),
            f"{row.signals:,}",
            _mail(row, context),
            _decide(row, view, context),
        ]
        for row in rows
    ]
    return table(heads, cells, caption="Alerts", numeric=(4,))


def _story(row: EpisodeRow) -> html.Span:
    stream, metric = Stream.from_key(row.stream_key), row.characteristic_id.rpartition(":")[2]
    where = f"{stream.line} / {stream.station} / {stream.tool} / {stream.family}"
    chart = address(ChartView(characteristic=row.characteristic_id))
    kind = "Camera / model · " if row.kind == "camera" else ""
    return html.Span(
        [
            dcc.Link(row.headline, href=chart),
            html.Br(),
            html.Span(f"{kind}{metric_name(metric).label} · {where}", className="dim"),
        ]
    )


def _mail(row: EpisodeRow, context: PageContext) -> Content:
    if row.muted_by is not None and row.state != "resolved":
        return html.Span(f"kept back: {row.muted_reason or row.muted_by}", className="dim")
    if row.told_at is None:
        return html.Span("none", className="dim")
    # Written then: whether the server took it is said above and in the list of dead mails.
    words = "mail of its end," if row.told == "resolved" else "mail of"
    return f"{words} {context.clock.short(row.told_at)}"


def _decide(row: EpisodeRow, view: AlertsView, context: PageContext) -> Content:
    if row.state == "resolved":
        return html.Span(row.closed_reason, className="dim")
    if not context.may_decide:
        return None
    return button_link("Decide", address(changed(view, {"alert": row.episode_id})))


def _silences_card(board: AlertBoard, context: PageContext) -> html.Section | None:
    if not board.silences:
        return None
    rows = [_silence(row, context) for row in board.silences]
    return card(
        table(["What", "Until", "Why", "By", ""], rows, caption="Silences in force"),
        html.P(
            "Alerts go on and are shown; they are not mailed. Those still open at the end are.",
            className="hint",
        ),
        title="Silences",
    )


def _silence(row: SilenceRow, context: PageContext) -> list[Content]:
    end = html.Button(
        "End it",
        id={"type": "end-silence", "name": row.silence_id},
        className="button",
        n_clicks=0,
    )
    return [
        str(row.scope),
        context.clock.words(row.ends_at),
        row.reason,
        row.created_by,
        end if context.may_decide else None,
    ]


PAGE = Page("/alerts", "Alerts", "signal", AlertsView, filters, content)
