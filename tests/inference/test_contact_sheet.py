import base64
import re
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from inference.contact_sheet import contact_sheet
from inference.evaluation_images import paired_images
from inference.model_report import judge_images, report_on


@pytest.fixture
def page(tmp_path, segmenter):
    """The page of two images with false stains, one with a name that is markup."""
    for name, side in (("<b>x", 10), ("plain", 6)):
        pixels = np.full((32, 32, 3), 100, dtype=np.uint8)
        pixels[4 : 4 + side, 4 : 4 + side] = 50
        truth = np.zeros((32, 32), dtype=np.uint8)
        truth[28:] = 255
        for tag, array in (("image", pixels), ("mask", truth)):
            (tmp_path / f"{name}_{tag}.png").write_bytes(cv2.imencode(".png", array)[1].tobytes())
    items = paired_images(tmp_path, tmp_path)
    report = report_on(segmenter, judge_images(items, segmenter), {})
    return contact_sheet([report, report], [segmenter] * 2, count=12, tier_of={"plain": "A"})


def pictures(page):
    sources = re.findall(r'src="([^"]*)"', page)
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    data = [np.frombuffer(base64.b64decode(source.split(",")[1]), np.uint8) for source in sources]
    return [cv2.imdecode(each, cv2.IMREAD_COLOR) for each in data]


def test_the_page_holds_its_pictures_and_asks_for_nothing(page):
    # Two images: the photograph, the drawn mask, and two models.
    assert len(pictures(page)) == 8
    assert not re.search(r"https?:|<script|<link|@import|url\(", page)


def test_the_worst_is_first_and_names_cannot_be_markup(page):
    # Equal scores of 0; the false stain of 100 px is worse than that of 36.
    assert page.index("&lt;b&gt;x") < page.index("plain")
    assert "<b>x" not in page
    assert "1 stain, 9.77 %, largest 81 px²" in page
    assert "plain<small>, tier A, score 0.00" in page


def test_the_outlines_are_the_models_and_the_unjudged_is_dark(page):
    photograph, drawn, found, _ = pictures(page)[:4]
    # The outline of the found stain runs just outside it: magenta at row 3; nothing is drawn.
    blue, green, red = found[3, 8].astype(int)
    assert min(blue, red) > green + 80
    assert abs(drawn[3, 8].astype(int) - photograph[3, 8]).max() < 30
    assert photograph[30, 20].mean() > 90
    assert drawn[30, 20].mean() < 40


def test_every_element_is_closed(page):
    class Balance(HTMLParser):
        """Keeps the elements that are open."""

        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            if tag not in {"meta", "img", "br"}:
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    parser = Balance()
    parser.feed(page)
    assert parser.open == []
