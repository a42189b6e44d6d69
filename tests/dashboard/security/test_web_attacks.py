"""What others try on web pages: redirects, headers, cookies, caches, methods, bodies, frames."""

import json
import re
from urllib.parse import urljoin, urlsplit

import pytest

from dashboard.sessions import safe_next

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/%2e%2e",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "HTTPS:/evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "evil.example",
    "@evil.example",
    "/\u2215evil.example",
    "/\u0000/evil.example",
    "//localhost@evil.example",
    "/login?next=//evil.example",
    "/logout",
    "/password",
    "?next=//evil.example",
    "/" + "a" * 5_000,
]
COOKIES = [
    "",
    "x",
    "null",
    "0",
    "x" * 20_000,
    "é",
    "' OR 1=1 --",
    "../../secret.key",
    "%00",
    '{"user": "boss"}',
    "eyJhbGciOiJub25lIn0.eyJ1c2VyIjoiYm9zcyJ9.",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_login_leads_to_another_site(target):
    found = safe_next(target)
    # As a browser reads it: a backslash is a slash, tabs and line breaks are nothing.
    read = re.sub(r"[\t\r\n]", "", found).replace("\\", "/")
    assert urlsplit(urljoin("http://plant/login", read)).netloc == "plant"
    assert found == "/" or found.startswith("/l") is False


@pytest.mark.parametrize("target", ["/parts?next=//evil.example", "/%2f%2fevil.example", "/a/../b"])
def test_a_path_of_ours_stays_one_whatever_it_holds(app, door, target):
    assert safe_next(target) == target
    assert urlsplit(urljoin("http://plant/login", target)).netloc == "plant"
    assert door.client(app, "eng").get(target).status_code in {200, 404}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "localhost@evil.example", "a b", "[::1", "é", "x" * 300],
)
def test_the_host_asked_for_is_in_no_answer(app, door, host):
    for client in (door.client(app), door.client(app, "eng")):
        for path in ("/", "/login", "/account", "/nothing", "/image/x.png"):
            answer = client.get(path, headers={"Host": host, "X-Forwarded-Host": host})
            assert answer.status_code < 500
            assert "evil.example" not in answer.text
            assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize("cookie", COOKIES)
def test_a_cookie_that_is_no_session_opens_nothing(app, door, cookie):
    client = app.server.test_client()
    headers = {"Cookie": f"blemish_session={cookie}"}
    assert client.get("/", headers=headers).status_code == 302
    assert client.get("/_dash-layout", headers=headers).status_code == 401


def test_a_token_with_one_letter_changed_opens_nothing(app, door):
    token = door.tokens["boss"]
    for at in range(0, len(token), 5):
        letter = "A" if token[at] != "A" else "B"
        client = app.server.test_client()
        client.set_cookie("blemish_session", token[:at] + letter + token[at + 1 :])
        assert client.get("/").status_code == 302
    for name in ("__Host-blemish_session", "Blemish_Session", "session"):
        client = app.server.test_client()
        client.set_cookie(name, token)
        assert client.get("/").status_code == 302


def test_no_cache_keeps_what_is_of_one_person(app, door, addresses):
    kept = []
    client = door.client(app, "boss")
    for method, path in addresses(app):
        if method != "GET":
            continue
        answer = client.get(path)
        said = answer.headers["Cache-Control"]
        public = path.startswith(("/assets/", "/_dash-component-suites/"))
        assert said == "no-store" or said.startswith("private") or public, (path, said)
        if not public:
            assert "ETag" not in answer.headers, path
            kept.append(path)
    for path in ("/", "/_dash-layout", "/account", "/parts"):
        answer = client.get(path, headers={"If-None-Match": "*", "If-Modified-Since": "now"})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert door.client(app).get("/assets/nothing.js").headers["Cache-Control"] == "no-store"
    print(f"{len(kept)} addresses: no shared cache keeps any of them")


def test_the_account_of_one_is_never_shown_to_another(app, door):
    for name, other in (("eng", "boss"), ("boss", "eng"), ("vi", "eng")):
        text = door.client(app, name).get("/_dash-layout").text
        assert f"Account of {name}" in text
        assert f"Account of {other}" not in text


def test_other_methods_get_nothing(app, door, addresses):
    outside, inside = door.client(app), door.client(app, "boss")
    for path in sorted({path for _, path in addresses(app)} | {"/nothing"}):
        for method in ("OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "CONNECT"):
            answer = outside.open(path, method=method)
            if method != "OPTIONS" or not path.startswith(("/login", "/assets")):
                assert answer.status_code in {302, 401, 403, 404, 405}, (method, path)
            answer = inside.open(path, method=method, headers={"X-Secret": "a word"})
            assert "a word" not in answer.text
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert answer.status_code in ({200, 404, 405} if method == "OPTIONS" else {403, 405})
        assert inside.head(path).data == b""


@pytest.mark.parametrize(
    "path",
    ["/", "/login", "/nothing", "/account", "/image/x.png", "/_dash-layout", "/..", "/sql/x"],
)
def test_no_answer_can_be_framed_or_guessed_at(app, door, path):
    for client in (door.client(app), door.client(app, "eng")):
        for answer in (client.get(path), client.post(path), client.open(path, method="TRACE")):
            headers = answer.headers
            policy = headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-eval" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert headers["Referrer-Policy"] == "same-origin"
            assert "Werkzeug" not in answer.text
            assert "X-Powered-By" not in headers


BODIES = {
    "a number too long to read": b'{"output": ' + b"9" * 6_000 + b"}",
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "no number": b'{"output": NaN, "inputs": Infinity}',
    "twice": b'{"output": "a.b", "output": "c.d", "inputs": []}',
    "utf-16": '{"output": "a.b"}'.encode("utf-16"),
    "surrogate": b'{"output": "\\ud800.children", "inputs": []}',
    "prototype": b'{"__proto__": {"a": 1}, "constructor": {"prototype": {}}}',
    "list": b"[1, 2]",
    "text": b'"x"',
}


@pytest.mark.parametrize("data", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"]
)
def test_odd_bodies_are_refused_without_a_traceback(app, door, data, kind, spy, desk, runs):
    answer = door.page(app, "eng").post(
        door.callbacks, data=data, headers=door.own, content_type=kind
    )
    assert 400 <= answer.status_code < 500
    for sign in ("Traceback", 'File "', "site-packages"):
        assert sign not in answer.text
    assert (spy.written, desk.written, runs) == ([], [], [])


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(app, door):
    big = b"x" * (4 * 1024 * 1024 + 1)
    client = door.page(app, "eng")
    for path in (door.callbacks, "/sql/download", "/acknowledge", "/login"):
        kind = "application/json" if path == door.callbacks else "application/x-www-form-urlencoded"
        answer = client.post(path, data=big, headers=door.own, content_type=kind)
        assert answer.status_code == 413, path


def test_values_of_wrong_types_in_an_address_show_a_page(app, door):
    client = door.client(app, "eng")
    for value in (
        "a" * 4_000,
        "%00",
        "%ff%fe",
        "<script>",
        "../../x",
        "-1",
        "1e999",
        "[]",
        "%0d%0aX: y",
    ):
        for path in ("/chart", "/map", "/parts", "/part", "/sql", "/alerts", "/audit"):
            for name in ("characteristic", "range", "page", "find", "query", "from", "x"):
                answer = client.get(f"{path}?{name}={value}")
                assert answer.status_code == 200, (path, name, value)
                assert "X" not in answer.headers
        answer = client.get(f"/chart.csv?characteristic={value}")
        assert answer.status_code in {200, 400, 404}, value
        assert "\n" not in answer.headers.get("Content-Disposition", "")


def test_a_page_says_nothing_of_the_program_that_serves_it(app, door):
    answer = door.client(app, "eng").get("/_dash-layout")
    text = json.dumps(answer.get_json())
    assert "site-packages" not in text
    assert "/tmp" not in text
