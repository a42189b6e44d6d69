"""`blemish heartbeat`: the dead man's switch for a process of its own, such as cron."""

import os
from pathlib import Path

from jobs.clock import utc_now
from jobs.commands.output import print_json, say, show
from jobs.commands.site_context import open_site
from jobs.errors import MailError
from jobs.mail.delivery import deliver
from jobs.mail.notice_mail import notice_row
from jobs.mail.recipients import mailing_list_of_site
from jobs.schedule.dead_man import Heartbeat, heartbeat, silence_notice
from jobs.settings import Settings, smtp_password
from warehouse.errors import WarehouseError
from warehouse.journal.store import open_journal
from warehouse.site import Site


def run(given: Path | None, *, mail_it: bool, as_json: bool) -> int:
    """Print how the site stands; 1 where no run has gone well for too long."""
    site, settings = open_site(given)
    try:
        with open_journal(site.journal) as journal:
            beat = heartbeat(journal, settings, now=utc_now())
    except WarehouseError as error:
        # What cannot even be asked is not alive.
        beat = Heartbeat(alive=False, since=None, words=f"the journal cannot be read: {error}")
    if as_json:
        print_json(beat.to_dict())
    else:
        show(f"{settings.site.name}: {beat.words}")
    if beat.alive:
        return 0
    if mail_it:
        _mail(beat, site, settings)
    return 1


def _mail(beat: Heartbeat, site: Site, settings: Settings) -> None:
    """Send it past the outbox, which may be what does not work.

    Its Message-ID is that of the mail which the web process writes about the same silence, so that
    whoever gets both sees one.
    """
    to = mailing_list_of_site(site, settings.alerts).failures()
    row = notice_row(silence_notice(beat), settings, now=utc_now(), to=to)
    if not row.recipients:
        raise MailError("nobody to mail it to; choose who hears of failures (Settings, Recipients)")
    if not settings.smtp.host:
        raise MailError("no mail server is set; set [smtp] host")
    password = smtp_password(settings, os.environ)
    sent = deliver(row, settings.smtp, sender=settings.alerts.sender, password=password)
    if sent.error:
        raise MailError(f"the mail about it was not sent: {sent.error}")
    say(f"mailed to {', '.join(sent.accepted)}")
