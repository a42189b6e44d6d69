from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from warehouse.journal.audit import audit_trail
from warehouse.journal.causes import CauseRow, causes, save_cause

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def make_cause(signal_id="s1", **fields):
    row = CauseRow(signal_id, "rinse", "old bath", "change", "QE-7", date(2026, 3, 9), "QE-4", NOW)
    return replace(row, **fields)


def test_the_cause_of_a_signal_can_be_changed_and_both_are_kept(journal):
    first = make_cause()
    later = make_cause(text="wrong temperature", due=None, created_at=NOW + timedelta(hours=1))
    save_cause(journal, first, reason="found")
    save_cause(journal, first, reason="nothing new")
    save_cause(journal, later, reason="measured")
    assert causes(journal) == [later]
    changed, added = audit_trail(journal, subject="s1")
    assert added.before is None
    assert (changed.before["text"], changed.before["due"]) == ("old bath", "2026-03-09")
    assert (changed.after["text"], changed.reason) == ("wrong temperature", "measured")


def test_causes_of_some_signals(journal):
    for name in ("s1", "s2", "s3"):
        save_cause(journal, make_cause(name), reason="found")
    assert [row.signal_id for row in causes(journal, ["s3", "s1"])] == ["s1", "s3"]
    assert causes(journal, []) == []
    assert len(causes(journal)) == 3
