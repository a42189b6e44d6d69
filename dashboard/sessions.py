"""Cookies and form tokens: what a browser holds of a login."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from flask import Request, Response

_SESSION: Final = "blemish_session"
_FORM: Final = "blemish_form"
LONGEST_NEXT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Cookies:
    """Writes and reads the cookies of a site.

    Attributes
    ----------
    secret
        The site's own, made by `init`; form tokens are made from it.
    https
        Sends them by HTTPS only, under the prefix that lets no other host of the domain set them.

    """

    secret: bytes = field(repr=False)
    https: bool

    @property
    def session_name(self) -> str:
        """Name of the cookie of a session."""
        return f"__Host-{_SESSION}" if self.https else _SESSION

    @property
    def form_name(self) -> str:
        """Name of the cookie that a form before the login is tied to."""
        return f"__Host-{_FORM}" if self.https else _FORM

    def token(self, request: Request) -> str:
        """Return the token of the session that a request brings; empty without one."""
        return request.cookies.get(self.session_name, "")

    def keep(self, response: Response, token: str) -> None:
        """Give a browser its session. Lax: a link in a mail must find its reader logged in."""
        response.set_cookie(
            self.session_name, token, path="/", secure=self.https, httponly=True, samesite="Lax"
        )

    def drop(self, response: Response) -> None:
        """Take a session from a browser."""
        response.delete_cookie(
            self.session_name, path="/", secure=self.https, httponly=True, samesite="Lax"
        )

    def start_form(self, request: Request, response: Response) -> None:
        """Tie the forms before the login to this browser."""
        response.set_cookie(
            self.form_name,
            self.form_nonce(request),
            path="/",
            secure=self.https,
            httponly=True,
            samesite="Strict",
        )

    def form_nonce(self, request: Request) -> str:
        """Return what the forms before the login are tied to: the browser's, else a new one."""
        # One for a request: the form and the cookie of one answer must agree.
        found = request.cookies.get(self.form_name) or request.environ.get("blemish.form")
        nonce = str(found) if found else secrets.token_urlsafe(24)
        request.environ["blemish.form"] = nonce
        return nonce

    def form_token(self, tied_to: str) -> str:
        """Return the token of a form that is tied to a session, a person or a nonce.

        Examples
        --------
        >>> cookies = Cookies(b"secret", https=False)
        >>> cookies.form_token("a") == cookies.form_token("a") != cookies.form_token("b")
        True

        """
        text = b"blemish form\0" + tied_to.encode("utf-8", "replace")
        return hmac.digest(self.secret, text, hashlib.sha256).hex()

    def is_form(self, given: str, tied_to: str) -> bool:
        """Tell whether a posted token is that of our form."""
        wanted = self.form_token(tied_to)
        return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def safe_next(target: str | None) -> str:
    """Return where to go after the login: a path of this site, else the overview.

    Examples
    --------
    >>> safe_next("/chart?range=7d"), safe_next("https://evil.example"), safe_next("//evil.example")
    ('/chart?range=7d', '/', '/')
    >>> safe_next("/login"), safe_next(chr(92) * 2 + "evil.example")
    ('/', '/')

    """
    text = target or "/"
    plain = text.isprintable() and text.isascii() and "\\" not in text
    if not plain or len(text) > LONGEST_NEXT or not text.startswith("/") or text[1:2] == "/":
        return "/"
    found = urlsplit(text)
    if found.scheme or found.netloc or found.path in {"/login", "/logout", "/password"}:
        return "/"
    return text
