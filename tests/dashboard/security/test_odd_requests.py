"""Requests that no page of ours sends: traversals, mutated posts, bodies that are none."""

import json
import random
import re

import pytest

SHA = "ab" * 32
TRAVERSALS = [
    piece.replace("~", target)
    for piece in ("../~", "..%2f~", "%2e%2e/~", "..%252f~", "....//~", "..\\~", "/~", "%00../~")
    for target in ("etc/passwd", "blemish.toml", "secret.key", "journal.sqlite", "evidence.key")
]
FILE_ROUTES = (
    "/image/",
    "/mask/",
    "/outline/",
    "/assets/",
    "/_dash-component-suites/dash/",
)


@pytest.mark.parametrize("route", FILE_ROUTES)
def test_no_file_route_follows_a_traversal(app, door, route):
    assert len(TRAVERSALS) == 40
    client = door.client(app, "boss")
    for piece in TRAVERSALS:
        answer = client.get(route + piece)
        assert answer.status_code == 404, (route, piece, answer.status_code)


def test_the_manual_has_its_pages_and_no_other_file(app, door):
    client = door.client(app, "boss")
    for piece in TRAVERSALS:
        answer = client.get(f"/help/{piece}.md")
        assert answer.status_code == 404 or answer.mimetype == "text/html", piece
        assert "root:" not in answer.text


def mutated(body: dict, dice: random.Random) -> object:
    """A post with one thing wrong, as a fuzzer makes it."""
    odd = [
        None,
        0,
        -1,
        1e308,
        "",
        "x" * 5000,
        [],
        {},
        [[]],
        True,
        "../../etc/passwd",
        "\u0000",
        {"a": 1},
    ]
    text = json.loads(json.dumps(body))
    kind = dice.randrange(6)
    if kind == 0:
        text.pop(dice.choice(sorted(text)))
    elif kind == 1:
        text[dice.choice(sorted(text))] = dice.choice(odd)
    elif kind == 2:
        part = dice.choice([one for one in ("inputs", "state") if text[one]] or ["inputs"])
        one = dice.choice(text[part])
        entry = one[0] if isinstance(one, list) else one
        entry[dice.choice(["value", "id", "property"])] = dice.choice(odd)
    elif kind == 3:
        text["output"] = text["output"][: dice.randrange(len(text["output"]))] + dice.choice("é.{@")
    elif kind == 4:
        return dice.choice(odd)
    else:
        for part in ("inputs", "state"):
            dice.shuffle(text[part])
        text["inputs"] = text["inputs"][: dice.randrange(len(text["inputs"]) + 1)]
    return text


def test_mutated_callback_posts_show_no_traceback(app, door, posts_of, forms):
    dice, posts = random.Random(20260520), posts_of(app, forms)
    inside, outside = door.page(app, "eng"), door.client(app)
    counts: dict[int, int] = {}
    for number in range(300):
        body = mutated(dice.choice(posts), dice)
        answer = inside.post(door.callbacks, json=body, headers=door.own)
        counts[answer.status_code] = counts.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (number, body, answer.text)
        for sign in ("Traceback", 'File "', "site-packages", "/dashboard/", "sqlalchemy"):
            assert sign not in answer.text, (number, body)
        # Without a login nothing is answered at all.
        assert outside.post(door.callbacks, json=body, headers=door.own).text == "log in first\n"
    print(f"300 mutated posts: {counts}")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_a_body_that_is_no_json_is_refused_in_words(app, door, data):
    answer = door.page(app, "eng").post(
        door.callbacks, data=data, headers=door.own, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_an_error_has_a_number_that_the_log_has_too(app, door, spy, caplog):
    def broken(*_values):
        raise RuntimeError("secret detail")

    spy.behind.image = broken
    answer = door.client(app, "eng").get(f"/image/{SHA}.png")
    assert answer.status_code == 500
    number = re.search(r"error ([0-9a-f]{8})$", answer.text.strip())[1]
    assert "secret detail" not in answer.text
    assert f"error {number}" in caplog.text
    assert "secret detail" in caplog.text


def test_the_headers_stand_on_refusals_too(app, door):
    for path in ("/", "/image/x", "/login"):
        headers = door.client(app).get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_post_of_another_site_is_refused_before_anything_else(app, door):
    client = door.client(app, "eng")
    for path in ("/login", "/logout", "/password", "/acknowledge", "/sql/download", door.callbacks):
        for headers in ({"Origin": "http://127.0.0.1:9"}, {"Sec-Fetch-Site": "same-site"}):
            assert client.post(path, headers=headers).status_code == 403, path
