"""What a browser asks of the dashboard, without one: the frame, then a callback for each page."""

import gzip
import http.client
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CALLBACKS = "/_dash-update-component"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: seconds until its last byte, bytes on the wire and unpacked."""

    seconds: float
    wire: int
    size: int
    text: str


class Visitor:
    """One open tab: a connection that is kept, and the token of its page."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self._origin = origin
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=120)
        frame = self._ask("GET", "/").text
        found = re.search(r'name="blemish-page" content="([^"]*)"', frame)
        self._token = found[1] if found else ""
        listed = json.loads(self._ask("GET", "/_dash-dependencies").text)
        self._show = next(one for one in listed if "page-content.children" in one["output"])

    def show(self, path: str, search: str = "", *, theme: str = "light") -> Answer:
        """Ask for the heading, filters and content of a page, as the address bar would."""
        values = {
            "address.pathname": path,
            "address.search": search,
            "theme-now.data": theme,
            "decisions.data": 0,
        }
        key = self._show["output"]
        body = {
            "output": key,
            "outputs": [_output(part) for part in key[2:-2].split("...")],
            "inputs": [_given(one, values) for one in self._show["inputs"]],
            "state": [_given(one, values) for one in self._show["state"]],
            "changedPropIds": ["address.search"],
        }
        return self._ask("POST", CALLBACKS, json.dumps(body))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Accept-Encoding": "gzip", "Origin": self._origin}
        if body is not None:
            headers |= {"Content-Type": "application/json", "X-Blemish-Page": self._token}
        started = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            # The server hangs up on who is silent for long; a browser calls again, too.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        sent = answer.read()
        seconds = time.perf_counter() - started
        if answer.status not in {200, 204}:
            raise RuntimeError(f"{method} {path}: {answer.status} {sent[:200]!r}")
        packed = answer.headers.get("Content-Encoding") == "gzip"
        whole = gzip.decompress(sent) if packed else sent
        return Answer(seconds, len(sent), len(whole), whole.decode())


def _output(part: str) -> dict[str, str]:
    name, _, prop = part.rpartition(".")
    return {"id": name, "property": prop.split("@")[0]}


def _given(one: dict[str, str], values: dict[str, Any]) -> Any:
    if one["id"].startswith("{"):
        return []
    value = values.get(f"{one['id']}.{one['property']}")
    return {"id": one["id"], "property": one["property"], "value": value}
