"""Who is mailed, and whether settings file and journal name the same limits: what counts is said."""

from collections.abc import Mapping

from jobs.mail.recipients import MailingList, mailing_list_of_site, recipients_of_settings
from jobs.measurement.specifications import seeded
from jobs.settings import Settings, smtp_password
from jobs.upkeep.finding import Finding
from warehouse.errors import WarehouseError
from warehouse.journal.characteristics import characteristics
from warehouse.journal.copying import journal_contents
from warehouse.journal.migrations import MIGRATIONS
from warehouse.journal.store import open_journal
from warehouse.site import Site


def mail_finding(site: Site, settings: Settings, environment: Mapping[str, str]) -> Finding:
    """Say who is mailed and by which server, and what is missing for it."""
    smtp = settings.smtp
    people = _people(site, settings)
    count = len({row.address for row in people.active})
    if not count:
        return Finding("mail", "nobody is mailed: there is no recipient (Settings, Recipients)")
    words = f"{count} recipients"
    if not smtp.host:
        return Finding(
            "mail",
            f"{words}, but no server",
            "set [smtp] host; until then mails wait in the outbox",
        )
    if smtp.user and smtp_password(settings, environment) is None:
        said = f"{smtp.host} wants a login, but {smtp.password_env} is not set"
        return Finding("mail", said, f"set {smtp.password_env} in the service's environment")
    forgotten = _forgotten(people, settings)
    if forgotten:
        said = f"{words}; [alerts] names {', '.join(forgotten)}, who is none of them any more"
        return Finding("mail", said, "the journal counts: add them in Settings, Recipients")
    return Finding("mail", f"{words} by {smtp.host}:{smtp.port}")


def specification_finding(site: Site, settings: Settings) -> Finding:
    """Say where the journal's limits differ from those of the settings file, which only seed it."""
    if not _is_current(site):
        return Finding("specification", "the journal is brought up to date at the next start")
    try:
        with open_journal(site.journal) as journal:
            rows = characteristics(journal)
    except WarehouseError:
        # The finding on the journal says so.
        return Finding("specification", "the journal cannot be read")
    pairs = seeded(settings.specification)
    other = [
        row
        for row in rows
        if row.metric in pairs and (row.spec_lower, row.spec_upper) != pairs[row.metric]
    ]
    if not other:
        return Finding("specification", "journal and settings file name the same limits")
    streams = len({row.stream for row in other})
    metrics = ", ".join(sorted({row.metric for row in other}))
    return Finding(
        "specification",
        f"{streams} streams have limits of their own in the journal, which count there ({metrics})",
    )


def _people(site: Site, settings: Settings) -> MailingList:
    """Who is mailed; a journal that would be brought up to date is left alone."""
    if not _is_current(site):
        return MailingList(recipients_of_settings(settings.alerts))
    return mailing_list_of_site(site, settings.alerts)


def _is_current(site: Site) -> bool:
    try:
        return journal_contents(site.journal).schema_version == len(MIGRATIONS)
    except WarehouseError:
        return False


def _forgotten(people: MailingList, settings: Settings) -> list[str]:
    """Addresses of the file that the journal does not have, not even switched off."""
    known = {row.address.lower() for row in people.rows}
    named = recipients_of_settings(settings.alerts)
    return [row.address for row in named if row.address.lower() not in known]
