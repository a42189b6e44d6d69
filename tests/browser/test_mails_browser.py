"""Every kind of mail in a real Chromium, as narrow as a phone and as wide as a mail program."""

from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from jobs.alerts import handle_all
from jobs.mail.digest import write_digest
from jobs.mail.notice_mail import notice_row
from jobs.mail.open_alerts import preview_row
from jobs.mail.preview import standalone_html
from jobs.schedule.dead_man import Heartbeat, silence_notice
from jobs.settings import parse_settings
from warehouse.connection import open_master
from warehouse.journal.alerts import episodes
from warehouse.journal.episode_states import set_episode_state
from warehouse.journal.outbox import outbox
from warehouse.journal.store import open_journal
from warehouse.states import states

pytestmark = pytest.mark.browser

SETTINGS = parse_settings("[alerts]\nrecipients = ['lead@plant.example']", where="test")
NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
KINDS = ("alert", "resolved", "digest", "silence")


@pytest.fixture(scope="module")
def mails(served):
    """One mail of each kind, by kind, written from the sample site."""
    now = NOW
    site = served.site
    silence = silence_notice(Heartbeat(alive=False, since=now, words="no run has gone well"))
    found = {
        "alert": preview_row(site, SETTINGS, now=now),
        "silence": notice_row(silence, SETTINGS, now=now, to=("lead@plant.example",)),
    }
    with open_journal(site.journal) as journal, open_master(site.master) as connection:
        write_digest(journal, states(connection), SETTINGS, now=now, ingest="480 files seen")
        handle_all(journal, connection, SETTINGS, now=now, site=site)
        for number, one in enumerate(episodes(journal, open_only=True)):
            set_episode_state(
                journal, one.episode_id, "resolved", who="ann", reason="<b>bath</b> changed",
                now=now + timedelta(minutes=number),
            )  # fmt: skip
        handle_all(journal, connection, SETTINGS, now=now + timedelta(hours=2), site=site)
        found |= {row.kind: row for row in outbox(journal) if row.kind in ("digest", "resolved")}
    return found


@pytest.fixture(scope="module")
def shown(browser):
    """Open a mail as a browser shows it, which has no content ids."""
    opened = []

    def show(row, *, width, theme):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        opened.append(context)
        page = context.new_page()
        page.set_content(standalone_html(row))
        return page

    yield show
    for context in opened:
        context.close()


@pytest.mark.parametrize("width", [390, 700])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_readable_at_every_width_in_light_and_dark(
    mails, shown, findings, kind, scheme, width
):
    page = shown(mails[kind], width=width, theme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Contrast is among what axe looks for.
    assert findings(page) == []
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in paper.removeprefix("rgb(").removesuffix(")").split(","))
    assert (bright > 3 * 128) == (scheme == "light")


def test_every_picture_of_a_mail_is_there_and_says_what_it_shows(mails, shown):
    page = shown(mails["alert"], width=700, theme="light")
    pictures = page.evaluate("[...document.images].map(one => [one.naturalWidth, one.alt])")
    assert pictures
    for width, words in pictures:
        assert width > 0
        assert len(words) > 20


def test_no_mail_asks_a_server_for_anything(mails):
    for row in mails.values():
        for word in ("http-equiv", "<script", "<link", "url(", 'src="http'):
            assert word not in row.body_html
