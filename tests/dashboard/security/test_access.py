"""Who gets in: nobody without a login, nobody too often, nobody for too long."""

from dataclasses import replace
from datetime import timedelta

from dashboard.guard import EXPENSIVE


def test_every_registered_address_is_closed_without_login(app, door, addresses):
    client, refused = door.client(app), []
    for method, path in addresses(app):
        answer = client.open(path, method=method, headers=door.own)
        if path.startswith("/assets/") or path == "/login":
            continue
        led = answer.status_code == 302 and answer.headers["Location"].startswith("/login?next=")
        assert led or answer.status_code in {401, 403}, (method, path, answer.status_code)
        refused.append(path)
    assert {"/", "/_dash-layout", door.callbacks, "/image/x", "/chart.csv", "/sql/download"} <= set(
        refused
    )
    assert {"/account", "/password", "/logout", "/acknowledge"} <= set(refused)
    print(f"{len(refused)} of {len(list(addresses(app)))} addresses refused, the rest is the login")


def test_pages_lead_to_the_login_and_back(app, door):
    answer = door.client(app).get("/chart?characteristic=a%26b&range=7d")
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        "/login?next=%2Fchart%3Fcharacteristic%3Da%2526b%26range%3D7d"
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_callback_is_refused_without_login(app, door, posts_of, spy, desk, runs):
    posts, client = posts_of(app), door.client(app)
    for body in posts:
        answer = client.post(door.callbacks, json=body, headers=door.own)
        assert answer.status_code == 401
        assert answer.text == "log in first\n"
    assert len({body["output"] for body in posts}) >= 20
    assert (spy.written, desk.written, runs) == ([], [], [])
    print(f"{len(posts)} posts to {len({body['output'] for body in posts})} callbacks refused")


def test_requests_beyond_the_rate_are_told_to_wait(make_app, door):
    client = door.client(make_app(replace(door.rules, exports=3)), "eng")
    codes = [client.get("/chart.csv?characteristic=none").status_code for _ in range(5)]
    assert codes == [404, 404, 404, 429, 429]
    assert client.get("/chart.csv").headers["Retry-After"] == "20"
    flooded = door.client(make_app(replace(door.rules, requests=3)))
    # The first of the three is the app's own, which sets Dash up.
    assert [flooded.get("/login").status_code for _ in range(3)] == [200, 200, 429]


def test_every_download_counts_as_one(app, addresses):
    """A new export is limited before anybody thinks of it."""
    files = {path for _, path in addresses(app) if path.endswith(".csv") or "/download" in path}
    assert {"/chart.csv", "/audit.csv", "/sql/download"} <= files
    assert [path for path in files if not path.startswith(EXPENSIVE)] == []


def test_a_session_ends_after_its_time(make_app, door):
    client = door.page(make_app(), "vi")
    assert client.get("/").status_code == 200
    began = door.now
    try:
        door.now = began + timedelta(minutes=59)
        tick = {"output": "x", "inputs": [], "changedPropIds": ["tick.n_intervals"]}
        assert client.post(door.callbacks, json=tick, headers=door.own).status_code == 400
        # A page that refreshes itself is no person.
        door.now = began + timedelta(hours=1)
        assert client.get("/").status_code == 302
    finally:
        door.now = began
