"""Pictures and downloads: by content hash only, so no address can name a file."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, abort, request

from dashboard.address import AuditView, ChartView, PartsView, read_view
from dashboard.audit_export import audit_csv
from dashboard.chart_export import CsvFile, chart_csv
from dashboard.mask_outline import outline_svg, read_mask
from dashboard.parts_export import parts_csv
from dashboard.wiring import MakeContext
from spc.errors import SpcError
from warehouse.errors import WarehouseError

Found = TypeVar("Found")

HASH = "([0-9a-f]{64})"
IMAGE = re.compile(rf"{HASH}\.png")
MASK = re.compile(rf"{HASH}/{HASH}\.png")
OUTLINE = re.compile(rf"{HASH}/{HASH}\.svg")
MAGIC = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"BM", "image/bmp"))
FOREVER = "private, max-age=31536000, immutable"


def picture_type(data: bytes) -> str | None:
    """Return the type of a picture by its first bytes; None for what is no picture of ours.

    Examples
    --------
    >>> picture_type(b"BM...."), picture_type(b"<html>")
    ('image/bmp', None)

    """
    return next((kind for magic, kind in MAGIC if data.startswith(magic)), None)


def register(server: Flask, make_context: MakeContext) -> None:
    """Serve originals, masks, outlines and the CSV of a chart."""

    @server.get("/image/<path:name>")
    def image(name: str) -> Response:
        (sha256,) = _hashes(IMAGE, name)
        return _picture(_read(lambda: make_context("light").reader.image(sha256)))

    @server.get("/mask/<path:name>")
    def mask(name: str) -> Response:
        sha256, model_id = _hashes(MASK, name)
        return _picture(_read(lambda: make_context("light").reader.mask(sha256, model_id)))

    @server.get("/outline/<path:name>")
    def outline(name: str) -> Response:
        sha256, model_id = _hashes(OUTLINE, name)
        data = _read(lambda: make_context("light").reader.mask(sha256, model_id))
        found = read_mask(data)
        if found is None:
            abort(404)
        return _answer(outline_svg(found), "image/svg+xml")

    @server.get("/chart.csv")
    def chart_table() -> Response:
        view = read_view(ChartView, request.query_string.decode("utf-8", "replace"))
        return _download(_read(lambda: chart_csv(view, make_context("light"))))

    @server.get("/parts.csv")
    def parts_table() -> Response:
        view = read_view(PartsView, request.query_string.decode("utf-8", "replace"))
        return _download(_read(lambda: parts_csv(view, make_context("light"))))

    @server.get("/audit.csv")
    def audit_table() -> Response:
        view = read_view(AuditView, request.query_string.decode("utf-8", "replace"))
        return _download(_read(lambda: audit_csv(view, make_context("light"))))


def _download(found: CsvFile) -> Response:
    response = _answer(found.text, "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _hashes(pattern: re.Pattern[str], name: str) -> tuple[str, ...]:
    """Return the hashes that a path names; whatever else it says is not found."""
    found = pattern.fullmatch(name)
    if found is None:
        abort(404)
    return found.groups()


def _read(read: Callable[[], Found]) -> Found:
    """Read from a store; what is not there, or cannot be read, is not found."""
    try:
        return read()
    except (WarehouseError, SpcError):
        abort(404)


def _picture(data: bytes) -> Response:
    kind = picture_type(data)
    if kind is None:
        abort(404)
    return _answer(data, kind)


def _answer(body: bytes | str, kind: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Cache-Control"] = FOREVER
    # Opened by itself, a picture may load nothing and run nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
