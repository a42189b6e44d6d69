"""Compress what is sent: the scripts once, the answers of callbacks each time."""

import gzip

from flask import Flask, Response, request

SMALLEST = 1500
"""Below this many bytes a compressed answer is hardly smaller."""
KEPT = 64
"""Compressed scripts and styles held in memory; there are about twenty."""
STATIC = ("/_dash-component-suites/", "/assets/")
TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


def compress(server: Flask) -> None:
    """Send text compressed to every browser that asks for it."""
    kept: dict[tuple[str, int], bytes] = {}

    @server.after_request
    def encode(response: Response) -> Response:
        if not _worth_it(response):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        key = (request.full_path, hash(body))
        packed = kept.get(key)
        if packed is None:
            is_static = request.path.startswith(STATIC)
            packed = gzip.compress(body, 9 if is_static else 4)
            if is_static and len(kept) < KEPT:
                kept[key] = packed
        response.set_data(packed)
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
        # The tag named the uncompressed bytes.
        response.headers.pop("ETag", None)
        return response


def _worth_it(response: Response) -> bool:
    return (
        response.status_code == 200
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and "Content-Encoding" not in response.headers
        and (response.content_type or "").startswith(TEXT)
    )
