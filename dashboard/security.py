"""What every answer carries, and which requests are refused."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, request

from dashboard.guard_posts import SAFE_METHODS

logger = logging.getLogger(__name__)


def content_policy(script_hashes: Sequence[str]) -> str:
    """Return the content security policy: nothing from another host, no foreign script.

    Mantine and Plotly write style attributes, so styles need 'unsafe-inline'.
    """
    hashes = " ".join(script_hashes)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def is_foreign(
    origin: str | None, fetch_site: str | None, host: str, *, https: bool = False
) -> bool:
    """Tell whether a request that changes something was sent by another site's page.

    A browser names the origin of every POST; programs that send none are no other site's page. Where
    browsers come by HTTPS only, a page of the same name by HTTP is another site's.

    Examples
    --------
    >>> is_foreign("http://plant:8050", "same-origin", "plant:8050")
    False
    >>> is_foreign("https://evil.example", None, "plant:8050"), is_foreign("null", None, "plant")
    (True, True)
    >>> is_foreign("http://plant", None, "plant", https=True)
    True

    """
    if fetch_site is not None and fetch_site not in {"same-origin", "none"}:
        return True
    if origin is None:
        return False
    found = urlsplit(origin)
    return found.netloc != host or (https and found.scheme != "https")


def is_odd(path: str) -> bool:
    """Tell whether a path has what only a traversal has: `..`, `//`, a backslash or a control.

    Examples
    --------
    >>> is_odd("/image/ab.png"), is_odd("/image/../secret.key"), is_odd("/a//b"), is_odd("/a%5c")
    (False, True, True, False)

    """
    return ".." in path.split("/") or "//" in path or "\\" in path or not path.isprintable()


def protect(server: Flask, policy: str, *, https: bool = False) -> None:
    """Refuse foreign writes, add the headers, and show no traceback to a browser.

    Parameters
    ----------
    https
        Whether browsers reach the pages by HTTPS only.

    """
    server.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
    )

    @server.before_request
    def refuse_foreign_writes() -> Response | None:
        headers = request.headers
        if request.method in SAFE_METHODS or not is_foreign(
            headers.get("Origin"), headers.get("Sec-Fetch-Site"), request.host, https=https
        ):
            return None
        logger.warning("refused a %s from another site to %s", request.method, request.path)
        return Response("refused: sent by a page of another site", 403, mimetype="text/plain")

    @server.before_request
    def refuse_odd_paths() -> Response | None:
        if not is_odd(request.path):
            return None
        return Response("nothing is at this address", 404, mimetype="text/plain")

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.path.startswith("/assets/") and response.status_code in {200, 206, 304}:
            # Dash adds the file's time as ?m=…: such an address never changes its content.
            days = 365 if "m" in request.args else 1
            response.headers["Cache-Control"] = f"public, max-age={days * 86_400}"
        # Whatever says nothing of itself is of one person and of now.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
