"""The pages that no Dash serves: log in, the own account, another password, log out."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Flask, Response, render_template_string, request

from dashboard.guard import LOGIN, LOGOUT, PASSWORD, Guard
from dashboard.guard_answers import too_often
from dashboard.guard_identity import Identity
from dashboard.sessions import safe_next
from warehouse.errors import AccountError
from warehouse.journal.accounts import accounts, change_password, key_of
from warehouse.journal.accounts_login import log_in
from warehouse.journal.accounts_sessions import end_session, open_session

logger = logging.getLogger(__name__)

ACCOUNT: Final = "/account"
LONGEST: Final = 1_000
STALE: Final = "this form is too old, or not ours; here is a new one"
FORBIDDEN: Final = 403


class LoginPages:
    """The pages of one site."""

    def __init__(self, guard: Guard, site_name: str) -> None:
        self._guard = guard
        self._site_name = site_name
        self._template = Path(__file__).with_name("login.html").read_text("utf-8")

    def register(self, server: Flask) -> None:
        """Serve them."""
        server.add_url_rule(LOGIN, "login", self.show_login, methods=["GET"])
        server.add_url_rule(LOGIN, "log_in", self.enter, methods=["POST"])
        server.add_url_rule(LOGOUT, "log_out", self.leave, methods=["POST"])
        server.add_url_rule(ACCOUNT, "account", self.show_account, methods=["GET"])
        server.add_url_rule(PASSWORD, "password", self.show_password, methods=["GET"])
        server.add_url_rule(PASSWORD, "set_password", self.set_password, methods=["POST"])

    def show_login(self, problem: str = "", status: int = 200) -> Response:
        """Return the form of the login."""
        cookies = self._guard.cookies
        response = self._page(
            "login",
            status,
            problem=problem,
            name=request.form.get("name", "")[:LONGEST],
            next=safe_next(request.values.get("next")),
            form_token=cookies.form_token(cookies.form_nonce(request)),
        )
        cookies.start_form(request, response)
        return response

    def enter(self) -> Response:
        """Check name and password and open a session."""
        guard, now = self._guard, self._guard.clock()
        address = guard.address(request)
        if wait := guard.logins.wait(address):
            logger.warning("too many logins from %s", address)
            return too_often(wait)
        given = request.form.get("form_token", "")
        if not guard.cookies.is_form(given, guard.cookies.form_nonce(request)):
            return self.show_login(STALE, 400)
        name = request.form.get("name", "")[:LONGEST]
        try:
            row = log_in(
                guard.journal,
                name,
                request.form.get("password", "")[:LONGEST],
                lock=guard.rules.lock,
                now=now,
            )
        except AccountError as error:
            logger.warning("login of %r from %s refused", name[:80], address)
            return self.show_login(str(error), 403)
        # Whatever session the browser brought is not gone on with.
        end_session(guard.journal, guard.cookies.token(request))
        logger.info("%s logged in from %s", row.name, address)
        response = _see_other(safe_next(request.form.get("next")))
        token = open_session(guard.journal, key_of(row.name), guard.rules.sessions, now)
        guard.cookies.keep(response, token)
        return response

    def leave(self) -> Response:
        """End the session."""
        if not self._is_own_form():
            return self._account(STALE, 400)
        end_session(self._guard.journal, self._guard.cookies.token(request))
        response = _see_other(LOGIN)
        self._guard.cookies.drop(response)
        # Pictures that the browser kept are not for the next person at this machine.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def show_account(self) -> Response:
        """Return who is logged in, and to an admin every account."""
        return self._account()

    def show_password(self, problem: str = "", status: int = 200) -> Response:
        """Return the form of another password."""
        if self._guard.present().source != "session":
            return self._account("there is no password to change here", FORBIDDEN)
        return self._page("password", status, problem=problem, form_token=self._own_token())

    def set_password(self) -> Response:
        """Set another password: it ends every session of the account and opens a new one."""
        guard, identity, now = self._guard, self._guard.present(), self._guard.clock()
        if identity.source != "session":
            return self._account("there is no password to change here", FORBIDDEN)
        if not self._is_own_form():
            return self.show_password(STALE, 400)
        if wait := guard.logins.wait(guard.address(request)):
            return too_often(wait)
        old, new, again = (request.form.get(name, "")[:LONGEST] for name in ("old", "new", "again"))
        try:
            self._replace_password(identity.name, old, new, again)
        except AccountError as error:
            return self.show_password(str(error), 400)
        response = _see_other("/")
        token = open_session(guard.journal, key_of(identity.name), guard.rules.sessions, now)
        guard.cookies.keep(response, token)
        return response

    def _replace_password(self, name: str, old: str, new: str, again: str) -> None:
        guard, now = self._guard, self._guard.clock()
        try:
            log_in(guard.journal, name, old, lock=guard.rules.lock, now=now)
        except AccountError as error:
            raise AccountError("the present password is not right; nothing was changed") from error
        if new != again:
            raise AccountError("the two new passwords differ; nothing was changed")
        if new == old:
            raise AccountError("the new password is the present one; nothing was changed")
        change_password(guard.journal, name, new, who=name, now=now)

    def _account(self, problem: str = "", status: int = 200) -> Response:
        identity = self._guard.present()
        listed = accounts(self._guard.journal) if identity.role == "admin" else []
        return self._page(
            "account",
            status,
            problem=problem,
            accounts=listed,
            now=self._guard.clock(),
            form_token=self._own_token(),
        )

    def _own_token(self) -> str:
        return self._guard.pages.token(request)

    def _is_own_form(self) -> bool:
        return self._guard.pages.sent_by_form(request)

    def _page(self, kind: str, status: int, **values: object) -> Response:
        text = render_template_string(self._template, **self._shared(kind), **values)
        response = Response(text, status, mimetype="text/html")
        response.headers["Cache-Control"] = "no-store"
        return response

    def _shared(self, kind: str) -> Mapping[str, object]:
        identity: Identity = self._guard.present()
        return {"kind": kind, "site_name": self._site_name, "person": identity}


def _see_other(address: str) -> Response:
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
