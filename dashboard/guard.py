"""The guard before every route: who is it, may they come in, and not too often.

It stands before pages, callbacks, pictures and downloads alike, also before addresses that nothing
answers. Without a login there are only the login itself and the program's own files under /assets/.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Request, Response, g, request

from dashboard.guard_answers import lead_to, plain, reload_first, too_often
from dashboard.guard_errors import CALLBACKS
from dashboard.guard_identity import (
    NOBODY,
    AccessRules,
    Identity,
    is_loopback,
    is_within,
    who_is_there,
)
from dashboard.guard_posts import PageTokens
from dashboard.guard_rates import RateLimit
from dashboard.sessions import Cookies
from warehouse.errors import WarehouseError
from warehouse.journal.accounts import LONGEST_NAME, any_account, find_account
from warehouse.journal.accounts_sessions import account_of_session
from warehouse.journal.store import Journal

logger = logging.getLogger(__name__)

LOGIN: Final = "/login"
PASSWORD: Final = "/password"  # noqa: S105 - an address
LOGOUT: Final = "/logout"
PUBLIC: Final = "/assets/"
"""Styles, fonts and scripts of the program: nothing of the plant."""
FILES: Final = (
    "/_",
    "/image/",
    "/mask/",
    "/outline/",
    "/chart.csv",
    "/parts.csv",
    "/audit.csv",
    "/sql/",
)
"""Addresses of what is no page: refused, where a page leads to the login."""
EXPENSIVE: Final = ("/sql/", "/chart.csv", "/parts.csv", "/audit.csv", "/outline/", "/report/")
LONGEST_TICK: Final = 65_536
"""A post of more bytes is not looked into before the login."""
_FORWARDED: Final = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
_LOCAL_NAMES: Final = {"localhost", "127.0.0.1", "[::1]"}


class Guard:
    """Finds out who is there, by the accounts in a site's journal."""

    def __init__(
        self,
        journal: Journal,
        rules: AccessRules,
        cookies: Cookies,
        clock: Callable[[], datetime],
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.journal = journal
        self.rules = rules
        self.cookies = cookies
        self.pages = PageTokens(cookies)
        self.clock = clock
        self.logins = RateLimit(rules.logins, ticks)
        self._exports = RateLimit(rules.exports, ticks)
        self._requests = RateLimit(rules.requests, ticks)

    def stand_before(self, server: Flask) -> None:
        """Stand before every route of a server."""
        server.before_request(self._check)
        if self.rules.https:
            server.after_request(_stay_with_https)

    def present(self) -> Identity:
        """Return who is behind the present request; somebody who may do nothing, if nobody is."""
        return who_is_there() or NOBODY

    def identify(self, asked: Request) -> Identity | None:
        """Return who sends a request; None for nobody that is known.

        Raises
        ------
        warehouse.errors.WarehouseError
            The journal cannot be read.

        """
        named = self._named_by_proxy(asked)
        if named is not None:
            return self._of_proxy(named)
        token = self.cookies.token(asked)
        if token:
            now = self.clock()
            key = account_of_session(
                self.journal, token, self.rules.sessions, now, by_person=not _is_tick(asked)
            )
            row = None if key is None else find_account(self.journal, key)
            if row is not None and row.usable(now):
                must = row.needs_password(now, self.rules.password_age)
                return Identity(row.name, row.role, "session", must_change=must)
        if self.rules.open_here and _is_local(asked) and not any_account(self.journal):
            return Identity("", "admin", "open")
        return None

    def address(self, asked: Request) -> str:
        """Return the address a request comes from: as the trusted proxy says, else the peer's."""
        peer = asked.remote_addr or ""
        if is_within(peer, self.rules.proxy_networks):
            # The newest is the last; those before it are whatever the client claimed.
            for one in reversed(asked.headers.get("X-Forwarded-For", "").split(",")):
                if one.strip() and not is_within(one, self.rules.proxy_networks):
                    return one.strip()[:64]
        return peer

    def _named_by_proxy(self, asked: Request) -> str | None:
        header = self.rules.proxy_header
        if not header or not is_within(asked.remote_addr, self.rules.proxy_networks):
            return None
        return asked.headers.get(header, "").strip() or None

    def _of_proxy(self, name: str) -> Identity | None:
        # Two headers arrive as one with a comma: the proxy did not replace what a client sent.
        if "," in name or not name.isprintable() or len(name) > LONGEST_NAME:
            logger.warning("refused a name from the proxy that is none: %r", name[:100])
            return None
        row = find_account(self.journal, name)
        if row is not None:
            usable = row.usable(self.clock())
            return Identity(row.name, row.role, "proxy") if usable else None
        role = self.rules.proxy_role
        return None if role is None else Identity(name, role, "proxy")

    def _check(self) -> Response | None:
        g.identity = None
        path = request.path
        if path.startswith(PUBLIC) and request.method in {"GET", "HEAD"}:
            return None
        try:
            g.identity = self.identify(request)
        except WarehouseError:
            logger.exception("nobody can log in: the journal cannot be read")
            return plain("the journal cannot be read; the log of the server says why", 503)
        if wait := self._too_often(path):
            return too_often(wait)
        if path == LOGIN:
            return None
        if g.identity is None:
            return self._refuse(path)
        return _hold_back(g.identity, path) or self._refuse_strange_post(path)

    def _too_often(self, path: str) -> int:
        person = g.identity.name if g.identity else ""
        key = f"person {person}" if person else f"address {self.address(request)}"
        wait = self._requests.wait(key)
        return wait or (self._exports.wait(key) if path.startswith(EXPENSIVE) else 0)

    def _refuse_strange_post(self, path: str) -> Response | None:
        if not self.pages.refuses(request):
            return None
        logger.warning("refused a %s without the token of a page to %s", request.method, path)
        return reload_first()

    def _refuse(self, path: str) -> Response:
        if self.rules.open_here and not any_account(self.journal):
            said = (
                "this site has no accounts, so it answers only this machine under its own name: "
                "open it as http://localhost, or add an account with `blemish user add`"
            )
            return plain(said, 403)
        if _is_page(path):
            return lead_to(f"{LOGIN}?{urlencode({'next': request.full_path.rstrip('?')})}")
        return plain("log in first", 401)


def _stay_with_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _hold_back(identity: Identity, path: str) -> Response | None:
    """Lead whoever must set another password there, and nowhere else."""
    if not identity.must_change or path in {PASSWORD, LOGOUT}:
        return None
    return lead_to(PASSWORD) if _is_page(path) else plain("change your password first", 403)


def _is_page(path: str) -> bool:
    return request.method in {"GET", "HEAD"} and not path.startswith(FILES)


def _is_tick(asked: Request) -> bool:
    """Tell whether a page refreshes itself."""
    if asked.path != CALLBACKS or (asked.content_length or 0) > LONGEST_TICK:
        return False
    body = asked.get_json(silent=True)
    return isinstance(body, dict) and body.get("changedPropIds") == ["tick.n_intervals"]


def _is_local(asked: Request) -> bool:
    """Tell whether a request was made on this machine, to this machine, through nobody.

    A page elsewhere can point a name of its own at 127.0.0.1 and so read what a browser here may
    (DNS rebinding): the name asked for must be this machine's own.
    """
    host = asked.host.rsplit(":", 1)[0] if not asked.host.endswith("]") else asked.host
    through = any(asked.headers.get(name) for name in _FORWARDED)
    return is_loopback(asked.remote_addr) and host in _LOCAL_NAMES and not through
