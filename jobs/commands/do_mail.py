"""`blemish mail`."""

import getpass
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, print_table, say, show
from jobs.commands.site_context import open_site
from jobs.errors import InputError, MailError
from jobs.mail.delivery import deliver
from jobs.mail.notice_mail import Notice, notice_row
from jobs.mailer import send_due
from jobs.settings import Settings, smtp_password
from warehouse.journal.alert_ledger import alert_ledger
from warehouse.journal.outbox import OutboxRow, outbox, outbox_counts, revive
from warehouse.journal.store import Journal, open_journal
from warehouse.site import Site


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done with the mails; one of them."""

    test: str | None = None
    preview: Path | None = None
    listing: bool = False
    send: bool = False
    revive: str | None = None


def run(given: Path | None, asked: Asked, *, as_json: bool) -> int:
    """Do what was asked; without anything, count the mails."""
    if sum(bool(value) for value in asdict(asked).values()) > 1:
        raise InputError("choose one of --test, --preview, --list, --send and --revive")
    site, settings = open_site(given)
    if asked.test is not None:
        return _test(settings, asked.test)
    if asked.preview is not None:
        return _preview(site, settings, asked.preview)
    with open_journal(site.journal) as journal:
        if asked.send:
            return _send(journal, settings, as_json=as_json)
        if asked.revive is not None:
            who, why = getpass.getuser(), "blemish mail --revive"
            revive(journal, asked.revive, who=who, now=utc_now(), reason=why)
            show(f"{asked.revive} is due again")
            return 0
        if asked.listing:
            return _list(journal, settings, as_json=as_json)
        return _count(journal, as_json=as_json)


def _test(settings: Settings, address: str) -> int:
    """Send one mail past the outbox and say what the server said."""
    smtp = settings.smtp
    if not smtp.host:
        raise MailError("no mail server is set; set [smtp] host")
    if address.count("@") != 1 or not address.isprintable() or " " in address:
        raise InputError(f"{address!r} is not a mail address")
    now = utc_now()
    notice = Notice(
        kind="test",
        key=now.isoformat(),
        title="test mail",
        sentences=(
            f"This mail was sent by {settings.alerts.sender} through {smtp.host}:{smtp.port}.",
            "Alerts will come the same way.",
        ),
    )
    row = notice_row(notice, settings, now=now, to=(address,))
    sent = deliver(
        row, smtp, sender=settings.alerts.sender, password=smtp_password(settings, os.environ)
    )
    if sent.error:
        raise MailError(f"the test mail was not taken: {sent.error}")
    show(f"{smtp.host}:{smtp.port} took the test mail for {address}")
    return 0


def _preview(site: Site, settings: Settings, path: Path) -> int:
    """Write what a mail on the open alerts would show, for a browser and for a mail program."""
    # Drawing charts takes a second to load.
    from jobs.mail.open_alerts import preview_row  # noqa: PLC0415
    from jobs.mail.preview import write_preview  # noqa: PLC0415

    row = preview_row(site, settings, now=utc_now())
    if row is None:
        raise MailError("there is no open alert and no mail to show yet")
    mail, page = write_preview(row, path.parent, path.stem, sender=settings.alerts.sender)
    show(f"{row.subject}\nwritten: {page} and {mail}")
    return 0


def _list(journal: Journal, settings: Settings, *, as_json: bool) -> int:
    rows = outbox(journal)
    if as_json:
        print_json({"mails": [_mail_dict(row) for row in rows], **_counts(journal)})
        return 0
    zone = settings.zone
    print_table(
        ("written", "kind", "state", "delivered", "tries", "subject", "said last"),
        [
            (
                f"{row.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
                row.kind,
                row.state,
                f"{len(row.delivered_to)} of {len(row.recipients)}",
                row.attempts,
                row.subject,
                row.last_error or "",
            )
            for row in rows
        ],
    )
    return 0


def _count(journal: Journal, *, as_json: bool) -> int:
    if as_json:
        print_json(_counts(journal))
        return 0
    counts = outbox_counts(journal)
    show(", ".join(f"{number} {state}" for state, number in counts.items()) + " mails")
    show(str(alert_ledger(journal)))
    return 0


def _counts(journal: Journal) -> dict[str, object]:
    return {"outbox": dict(outbox_counts(journal)), "alerts": asdict(alert_ledger(journal))}


def _mail_dict(row: OutboxRow) -> dict[str, object]:
    """One mail for a machine."""
    return {
        "message_id": row.message_id,
        "written_at": row.created_at.isoformat(),
        "kind": row.kind,
        "subject": row.subject,
        "state": row.state,
        "attempts": row.attempts,
        "delivered_to": list(row.delivered_to),
        "refused": dict(row.refused),
        "waiting_for": list(row.remaining) if row.state == "pending" else [],
        "next_try_at": None if row.next_try_at is None else row.next_try_at.isoformat(),
        "last_error": row.last_error,
    }


def _send(journal: Journal, settings: Settings, *, as_json: bool) -> int:
    report = send_due(
        journal,
        settings.smtp,
        sender=settings.alerts.sender,
        password=smtp_password(settings, os.environ),
        clock=utc_now,
    )
    if as_json:
        print_json(report.to_dict())
    else:
        show(f"{report.sent} sent, {report.failed} not, {report.dead} of them given up")
    for problem in report.problems:
        say(problem)
    return 1 if report.failed else 0
