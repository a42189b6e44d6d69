"""What the guard says to a request that it does not let through."""

from typing import Final

from flask import Response

REFUSED: Final = "X-Blemish-Refused"
"""Tells a page's script that the page must be loaded anew."""
RELOAD: Final = (
    "refused: this page was opened for another login, or before the site's key changed; reload it"
)


def plain(words: str, status: int) -> Response:
    """Return an answer in words that no cache keeps."""
    response = Response(f"{words}\n", status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


def lead_to(address: str) -> Response:
    """Return the answer that leads a browser to another page."""
    response = Response(status=302, headers={"Location": address})
    response.headers["Cache-Control"] = "no-store"
    return response


def too_often(seconds: int) -> Response:
    """Return the answer to whoever asks too often."""
    response = plain(f"too many requests; try again in {seconds} seconds", 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def reload_first() -> Response:
    """Return the answer to a post without the token of a page."""
    response = plain(RELOAD, 403)
    response.headers[REFUSED] = "reload"
    return response
