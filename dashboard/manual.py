"""The written manual, page by page, as it lies in `docs/`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page of the manual, in Markdown."""

    title: str
    path: Path


@cache
def manual_pages() -> dict[str, ManualPage]:
    """Return the pages by name; empty where the manual was not installed.

    Examples
    --------
    >>> manual_pages()["charts"].title
    'Charts'

    """
    packed = Path(__file__).parent / "manual_pages"
    folder = packed if packed.is_dir() else Path(__file__).parents[1] / "docs"
    found = {}
    for path in sorted(folder.glob("*.md")):
        first, _, _ = path.read_text(encoding="utf-8").partition("\n")
        if first.startswith("# "):
            found[path.stem] = ManualPage(first.removeprefix("# "), path)
    return found


def serve_manual(server: Flask) -> None:
    """Answer with a page of the manual as plain text; a name that is none of them is not found."""

    @server.route("/help/<name>.md")
    def manual_page(name: str) -> Response:
        page = manual_pages().get(name)
        if page is None:
            abort(404)
        words = page.path.read_text(encoding="utf-8")
        return Response(words, mimetype="text/plain", headers={"Cache-Control": "max-age=3600"})
