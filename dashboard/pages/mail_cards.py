"""The mails that did not go out: those that wait, and those that were given up."""

from dash import html

from dashboard.alert_board import AlertBoard
from dashboard.components import Content, card, notice, table
from dashboard.context import PageContext
from warehouse.journal.outbox import OutboxRow


def waiting_notice(board: AlertBoard, context: PageContext) -> html.Div | None:
    """Say that mails wait for the mail server, since when, and what it said last."""
    if not board.waiting:
        return None
    oldest = min(board.waiting, key=lambda row: row.created_at)
    tried = [row for row in board.waiting if row.last_error]
    said = f" The server said last: {tried[0].last_error}" if tried else ""
    return notice(
        f"{len(board.waiting):,} mails wait to be sent",
        f"The oldest since {context.clock.words(oldest.created_at)}.{said}",
        tone="warn",
    )


def dead_mails_card(board: AlertBoard, context: PageContext) -> html.Section | None:
    """Return the mails that were given up, each with who has it and a button to try again."""
    if not board.dead:
        return None
    rows = [_dead(row, context) for row in board.dead]
    heads = ["Mail", "Written", "Has it", "Was refused", ""]
    return card(table(heads, rows, caption="Mails given up"), title="Mails that were not delivered")


def _dead(row: OutboxRow, context: PageContext) -> list[Content]:
    missing = [to for to in row.recipients if to not in row.delivered_to]
    again = html.Button(
        "Try again",
        id={"type": "revive-mail", "name": row.message_id},
        className="button",
        n_clicks=0,
    )
    return [
        row.subject,
        context.clock.words(row.created_at),
        ", ".join(row.delivered_to) or "nobody",
        f"{', '.join(missing)}: {row.last_error or 'no answer'}",
        again if context.may_decide else None,
    ]
