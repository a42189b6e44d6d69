"""The audit page and its export."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.address import AuditView
from dashboard.audit_export import audit_csv
from dashboard.pages import audit
from dashboard.pages.audit import PAGE_SIZE
from warehouse.errors import RoleError
from warehouse.journal.audit import AuditRow
from warehouse.journal.audit_page import AuditPage

ROW = AuditRow(
    7, datetime(2026, 5, 20, 3, 0, tzinfo=UTC), "QE-4", "specification", "A/wash:stain_count",
    {"upper": 12.0, "lower": None}, {"upper": 10.0, "lower": None}, "new drawing",
)  # fmt: skip


@pytest.fixture
def trail(reader):
    reader.trail = AuditPage((ROW,), 1)
    return reader


def test_an_entry_says_what_it_changed_and_why(trail, context, words_of):
    said = words_of(audit.content(AuditView(), context))
    assert (
        "7 20 May 2026, 05:00 CEST QE-4 specification A/wash:stain_count upper: 12.0 → 10.0 "
        "new drawing"
    ) in said
    assert "lower" not in said


def test_new_and_removed_things_are_shown_whole_but_short(trail, context, words_of):
    new = replace(ROW, before=None, after={"limits": "x" * 500})
    trail.trail = AuditPage((new,), 1)
    said = words_of(audit.content(AuditView(), context))
    assert "limits: " + "x" * 59 + "…" in said
    assert "x" * 70 not in said


def test_the_search_and_the_page_are_asked_for(trail, context):
    audit.content(AuditView(find="drawing", page=3), context)
    assert trail.asked == [("drawing", PAGE_SIZE, 2 * PAGE_SIZE)]


def test_past_the_last_page_the_last_one_is_shown(reader, context):
    reader.trail = AuditPage((), PAGE_SIZE + 1)
    audit.content(AuditView(page=9), context)
    assert reader.asked == [("", PAGE_SIZE, 8 * PAGE_SIZE), ("", PAGE_SIZE, PAGE_SIZE)]


def test_viewers_see_neither_the_trail_nor_its_export(trail, context, words_of):
    viewer = replace(context, may_decide=False)
    assert "Not for viewers" in words_of(audit.content(AuditView(), viewer))
    assert audit.filters(AuditView(), viewer) is None
    with pytest.raises(RoleError, match="for engineers and admins"):
        audit_csv(AuditView(), viewer)
    assert trail.asked == []


def test_the_export_has_everything_and_runs_no_formula(trail, context):
    trail.trail = AuditPage((replace(ROW, who="=1+1", reason='a "quoted", text'),), 1)
    file = audit_csv(AuditView(find="x"), context)
    head, line = file.text.splitlines()
    assert head == "number,at_utc,who,what,subject,before,after,reason"
    assert line == (
        "7,2026-05-20T03:00:00+00:00,'=1+1,specification,A/wash:stain_count,"
        '"{""upper"": 12.0, ""lower"": null}","{""upper"": 10.0, ""lower"": null}",'
        '"a ""quoted"", text"'
    )
    assert trail.asked[0][0] == "x"
