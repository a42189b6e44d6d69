"""Posts count only from pages of ours that belong to whoever is there: they carry a token.

A page gets it in its head when it is built for a person, the script of every page sends it with each
post, and another site's page can read neither. It stands beside the check of the origin: each of the
two holds where the other fails.
"""

from typing import Final

from flask import Request

from dashboard.guard_identity import who_is_there
from dashboard.sessions import Cookies

HEADER: Final = "X-Blemish-Page"
"""In it a page's script sends the token."""
FIELD: Final = "form_token"
"""In it a plain form sends the token."""
PLACE: Final = "{%page_token%}"
"""Where the token goes in the frame of the pages."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_FORMS: Final = frozenset({"/login", "/logout", "/password", "/acknowledge"})
"""Plain forms: their handlers look at `FIELD` themselves, and answer with a new form."""


class PageTokens:
    """Writes and reads the tokens of a site's pages, for whoever is behind a request."""

    def __init__(self, cookies: Cookies) -> None:
        self._cookies = cookies

    def token(self, asked: Request) -> str:
        """Return the token of the person's pages; another one with each session."""
        return self._cookies.form_token(self._tied_to(asked))

    def is_ours(self, given: str, asked: Request) -> bool:
        """Tell whether a token is that of the person's pages."""
        return self._cookies.is_form(given, self._tied_to(asked))

    def sent_by_form(self, asked: Request) -> bool:
        """Tell whether a plain form that was posted is one of the person's pages."""
        return self.is_ours(asked.form.get(FIELD, ""), asked)

    def refuses(self, asked: Request) -> bool:
        """Tell whether a request would change something without being sent by such a page."""
        if asked.method in SAFE_METHODS or asked.path in OWN_FORMS:
            return False
        return not self.is_ours(asked.headers.get(HEADER, ""), asked)

    def _tied_to(self, asked: Request) -> str:
        identity = who_is_there()
        if identity is None:
            return "nobody"
        if identity.source == "session":
            return f"session {self._cookies.token(asked)}"
        # Of no session: the proxy, or this machine, says anew with each request who it is.
        return f"{identity.source} {identity.name}"
