"""What people decide on the pages stands in the journal."""

from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

from warehouse.journal.alerts import episodes
from warehouse.journal.causes import causes
from warehouse.journal.outbox import outbox
from warehouse.journal.phases import phases
from warehouse.journal.store import open_journal
from warehouse.records import Stream

pytestmark = pytest.mark.browser

WASH_STREAM = Stream("A", "wash <b>1</b>", "tool-1", "HS-40")
WASH = quote(f"{WASH_STREAM.key}:stain_count", safe="")
COAT = quote("A/coat/tool-2/HS-40:stain_count", safe="")


def test_a_cause_is_stored_in_the_journal(open_page, served):
    page = open_page(f"/chart?characteristic={WASH}")
    page.get_by_role("link", name="Record cause").first.click()
    page.get_by_role("textbox", name="Cause").click()
    page.get_by_role("option", name="cleaning").click()
    page.get_by_label("What happened").fill("a rag with oil")
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("cleaning: a rag with oil")).to_be_visible()
    with open_journal(served.site.journal) as journal:
        (stored,) = causes(journal)
    assert (stored.code, stored.text, stored.created_by) == (
        "cleaning", "a rag with oil", "B. Person",
    )  # fmt: skip


def test_a_proposal_is_approved_with_a_name(open_page, served):
    page = open_page(f"/chart?characteristic={COAT}")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Please give your name")).to_be_visible()
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("In force", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    with open_journal(served.site.journal) as journal:
        found = [row.status for row in phases(journal) if "coat" in row.characteristic_id]
    assert found == ["active"]


def test_limits_are_tried_out_and_put_in_force(open_page, served):
    name = f"{WASH_STREAM.key}:scratch_count"
    page = open_page(f"/limits?characteristic={quote(name, safe='')}")
    expect(page.get_by_text("No limits from this baseline")).to_be_visible()
    page = open_page(f"/limits?characteristic={WASH}&last=2026-05-17")
    points = page.locator("#limits-graph .scatterlayer .point")
    expect(points.first).to_be_attached()
    # In the middle of the baseline, where the point clicked is left out of it.
    box = points.nth(40).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text("Left out of the baseline")).to_be_visible()
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("Please give your name")).to_be_visible()
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_label("Reason").fill("a calm week, one part wiped by hand")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("In force from the next run on.")).to_be_visible()
    with open_journal(served.site.journal) as journal:
        found = phases(journal, f"{WASH_STREAM.key}:stain_count")
    newest = max(found, key=lambda row: row.phase_id)
    assert (newest.status, newest.created_by) == ("active", "B. Person")
    (excluded,) = newest.phase["exclusions"]
    assert excluded[1] == "a calm week, one part wiped by hand"
    assert [row.status for row in found if row.phase_id != newest.phase_id] == ["retired"]


def test_an_alert_is_taken_on_with_a_name_and_a_note(open_page, served):
    page = open_page("/alerts?kind=camera")
    expect(page.get_by_text("stains: 9 <b>more</b>")).to_have_count(0)
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("button", name="Investigate").click()
    expect(page.get_by_text("Please give your name.")).to_be_visible()
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_role("button", name="Investigate").click()
    expect(page.get_by_text("Please add a note")).to_be_visible()
    page.get_by_label("Note").fill("lamp is changed")
    page.get_by_role("button", name="Investigate").click()
    expect(page.get_by_text("Investigating", exact=True)).to_be_visible()
    with open_journal(served.site.journal) as journal:
        states = {row.kind: row.state for row in episodes(journal)}
    assert states == {"process": "firing", "camera": "investigating"}


def test_a_mail_that_was_given_up_is_tried_again(open_page, served):
    page = open_page("/alerts")
    expect(page.get_by_text("b@plant.example: 550 no such mailbox")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 mails wait to be sent")).to_be_visible()
    with open_journal(served.site.journal) as journal:
        assert [row.state for row in outbox(journal)] == ["pending"]
