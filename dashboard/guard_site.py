"""The guard of a site folder, and who the pages take a request to come from."""

import secrets
from datetime import UTC, datetime

from flask import has_request_context

from dashboard.guard import Guard
from dashboard.guard_identity import AccessRules, Identity
from dashboard.sessions import Cookies
from warehouse.journal.store import open_journal
from warehouse.site import Site

EVERYBODY = Identity("", "admin", "open")
"""Of pages that no guard stands before, and of the program itself."""


def open_guard(site: Site, rules: AccessRules) -> Guard:
    """Return the guard of a site.

    Raises
    ------
    warehouse.errors.JournalMissingError
        The site has no journal.

    """
    try:
        secret = site.secret.read_bytes()
    except OSError:
        # Only the forms hang on it: those that are open become stale with a new start.
        secret = b""
    cookies = Cookies(secret or secrets.token_bytes(32), https=rules.https)
    return Guard(open_journal(site.journal), rules, cookies, lambda: datetime.now(UTC))


def whoever_is_there(guard: Guard | None) -> Identity:
    """Return in whose name, and in which role, the present request is answered."""
    if guard is None or not has_request_context():
        return EVERYBODY
    return guard.present()
