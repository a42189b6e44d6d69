"""The server: headers, refusals, pictures, downloads."""

import gzip
import json

import numpy as np
import pytest
from plotly.offline import get_plotlyjs_version

from dashboard.actions import DashboardActions
from dashboard.app import assets_folder, build_app
from dashboard.mask_outline import outline_svg
from dashboard.reader import ChartData
from inference.overlay import encode_png
from warehouse.errors import ArchiveError

SHA, MODEL = "ab" * 32, "cd" * 32


@pytest.fixture
def app(reader, clock, characteristic, make_series):
    mask = np.zeros((8, 8), dtype=np.uint8)
    mask[2:4, 2:4] = 2

    def image(sha256: str) -> bytes:
        if sha256 != SHA:
            raise ArchiveError("not in the archive")
        return encode_png(np.zeros((8, 8, 3), dtype=np.uint8))

    reader.image = image
    reader.mask = lambda sha256, model: encode_png(mask)
    data = ChartData(characteristic, make_series([1.0, np.nan, 3.0]), [], [], {}, None)
    data.series.part_ids[0] = "=cmd|' /C calc'!A0"
    reader.charts[characteristic.characteristic_id] = data
    return build_app(reader, clock=clock, site_name="Plant 7", actions=DashboardActions())


@pytest.fixture
def client(app):
    return app.server.test_client()


def test_the_page_is_in_english_and_fetches_nothing_from_elsewhere(client):
    page = client.get("/").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "http://" not in page
    assert "https://" not in page


def test_every_answer_carries_the_security_headers(client):
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_first_request_for_callbacks_finds_them_ready(client):
    assert client.get("/_dash-dependencies").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_post_from_another_site_is_refused(client, headers):
    answer = client.post("/_dash-update-component", json={}, headers=headers)
    assert answer.status_code == 403


def test_a_post_of_our_own_page_is_served(client):
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/_dash-update-component", json=status_request(), headers=own)
    assert answer.status_code == 200
    assert "As of" in answer.get_data(as_text=True)


def status_request() -> dict:
    return {
        "output": "status-line.children",
        "outputs": {"id": "status-line", "property": "children"},
        "inputs": [
            {"id": "tick", "property": "n_intervals", "value": 0},
            {"id": "shown", "property": "data", "value": "/"},
        ],
        "changedPropIds": ["tick.n_intervals"],
    }


def test_an_error_shows_no_traceback_to_the_browser(client, reader, caplog):
    def broken():
        raise RuntimeError("secret detail")

    reader.footing = broken
    answer = client.post("/_dash-update-component", json=status_request())
    words = answer.get_data(as_text=True)
    assert "secret detail" not in words
    assert "Traceback" not in words
    assert "its log has the details" in words
    assert "secret detail" in caplog.text


def test_an_image_is_served_by_its_hash_with_its_own_type(client):
    answer = client.get(f"/image/{SHA}.png")
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path",
    [
        "/image/../../etc/passwd.png",
        "/image/%2e%2e%2fblemish.toml.png",
        f"/image/{SHA.upper()}.png",
        f"/image/{SHA}0.png",
        f"/image/{'ef' * 32}.png",
        f"/mask/{SHA}/x.png",
        f"/outline/{SHA}/{MODEL}x.svg",
        "/image/.png",
    ],
)
def test_whatever_is_no_hash_of_an_image_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_bytes_that_are_no_picture_are_not_served(client, reader):
    reader.image = lambda sha256: b"<html><script>alert(1)</script>"
    assert client.get(f"/image/{SHA}.png").status_code == 404


def test_the_outline_is_drawn_from_the_mask(client):
    answer = client.get(f"/outline/{SHA}/{MODEL}.svg")
    assert answer.content_type == "image/svg+xml"
    words = answer.get_data(as_text=True)
    # Class and bounds tell which defect it is.
    assert '<g id="stain-2-2-2-2">' in words
    assert "scratch" not in words
    assert "M2 2h2" in words


def test_the_csv_has_the_points_the_filters_and_no_formula(client, characteristic):
    answer = client.get(f"/chart.csv?characteristic={characteristic.characteristic_id}&range=all")
    lines = answer.get_data(as_text=True).split("\r\n")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="stain-count.csv"'
    assert lines[0].startswith("# characteristic,A/wash/tool-1/HS-40:stain_count")
    assert "# period,all time" in lines
    table = [line for line in lines if not line.startswith("#")]
    assert table[0].startswith("captured_at_utc,part_id,pass_id,stain_count")
    assert table[1].startswith("2026-05-20T01:00:00+00:00,'=cmd|' /C calc'!A0,pass 0,1.0,")
    # A missing value is an empty field.
    assert ",pass 1,,," in table[2]


def test_the_csv_of_nothing_is_not_found(client):
    assert client.get("/chart.csv?characteristic=nope").status_code == 404


def test_scripts_are_sent_compressed_and_equal(client):
    (source,) = {
        part.split('"')[0]
        for part in client.get("/").get_data(as_text=True).split('src="')[1:]
        if "dash_renderer" in part
    }
    plain = client.get(source)
    packed = client.get(source, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 0.5 * len(plain.data)
    assert gzip.decompress(packed.data) == plain.data


def test_assets_may_be_kept_by_the_browser(client):
    with client.get("/assets/early.js") as short, client.get("/assets/blemish.css?m=1.2") as long:
        assert "max-age=86400" in short.headers["Cache-Control"]
        assert "max-age=31536000" in long.headers["Cache-Control"]


def test_charts_get_the_slim_plotly_of_the_version_that_python_writes_for(client):
    with client.get("/_dash-component-suites/plotly/package_data/plotly.min.js") as answer:
        head = answer.data[:200].decode()
    assert "plotly.js (cartesian - minified)" in head
    assert f"v{get_plotlyjs_version()}" in head
    assert "plotly-cartesian" not in client.get("/").get_data(as_text=True)


def test_fonts_lie_beside_their_licence():
    fonts = assets_folder() / "fonts"
    assert (fonts / "inter-latin-wght-normal.woff2").read_bytes()[:4] == b"wOF2"
    assert "SIL OPEN FONT LICENSE" in (fonts / "inter-LICENSE.txt").read_text()


def test_assets_hold_nothing_but_what_a_browser_may_have():
    kinds = {path.suffix for path in assets_folder().rglob("*") if path.is_file()}
    assert kinds <= {".css", ".js", ".svg", ".woff2", ".txt"}


def test_two_apps_share_no_state(reader, clock):
    first = build_app(reader, clock=clock, site_name="One", actions=DashboardActions())
    second = build_app(reader, clock=clock, site_name="Two", actions=DashboardActions())
    layouts = [
        json.loads(app.server.test_client().get("/_dash-layout").data) for app in (first, second)
    ]
    assert "One" in json.dumps(layouts[0])
    assert "Two" not in json.dumps(layouts[0])


def test_an_outline_follows_the_pixels():
    mask = np.zeros((5, 6), dtype=np.uint8)
    mask[1:3, 2:5] = 1
    # The upper edge of the scratch runs along y = 1 from x = 2 to 5.
    assert "M2 1h3" in outline_svg(mask)
    assert "M5 1v2" in outline_svg(mask)
