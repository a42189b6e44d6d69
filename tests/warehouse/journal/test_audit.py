from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from warehouse.journal.audit import AuditRow, audit_trail, first_broken, record
from warehouse.journal.tables import audit

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def filled(journal):
    for number in range(1, 5):
        record(
            journal,
            at=NOW + timedelta(minutes=number),
            who="Ann",
            what="limit changed",
            subject=f"c{number % 2}",
            before={"ucl": 5.0, "until": NOW},
            after={"ucl": float(number), "due": NOW.date()},
            reason="ü – new bath",
        )
    return journal


def test_a_row_says_who_when_what_before_after_and_why(filled):
    assert audit_trail(filled, limit=1) == [
        AuditRow(
            audit_id=4,
            at=NOW + timedelta(minutes=4),
            who="Ann",
            what="limit changed",
            subject="c0",
            before={"ucl": 5.0, "until": "2026-03-02T08:00:00+00:00"},
            after={"ucl": 4.0, "due": "2026-03-02"},
            reason="ü – new bath",
        )
    ]


def test_the_trail_of_one_subject_is_newest_first(filled):
    assert [row.audit_id for row in audit_trail(filled, subject="c1")] == [3, 1]
    assert [row.audit_id for row in audit_trail(filled)] == [4, 3, 2, 1]


def test_an_untouched_chain_is_whole(filled, journal):
    assert first_broken(filled) is None


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (update(audit).where(audit.c.audit_id == 2).values(who="Bob"), 2),
        (update(audit).where(audit.c.audit_id == 3).values(after='{"ucl": 9.0}'), 3),
        (delete(audit).where(audit.c.audit_id == 2), 3),
        (delete(audit).where(audit.c.audit_id == 1), 2),
        (update(audit).where(audit.c.audit_id == 4).values(at=NOW), 4),
    ],
)
def test_a_change_by_hand_breaks_the_chain(filled, change, broken):
    with filled.writing() as connection:
        connection.execute(change)
    assert first_broken(filled) == broken


def test_what_json_cannot_hold_is_refused(journal):
    with pytest.raises(TypeError, match="a set cannot stand in the audit trail"):
        record(
            journal, at=NOW, who="Ann", what="x", subject="s", after={"a": {1}}, reason="because"
        )
    assert audit_trail(journal) == []
