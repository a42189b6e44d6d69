from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from warehouse.evidence import new_key, write_key
from warehouse.journal.audit import (
    _STORED,
    AuditRow,
    _hash,
    audit_trail,
    check_trail,
    first_broken,
    record,
)
from warehouse.journal.characteristics import CharacteristicRow, save_characteristic
from warehouse.journal.decision_seals import checked
from warehouse.journal.store import open_journal
from warehouse.journal.tables import audit
from warehouse.records import Stream

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def filled(journal):
    for number in range(1, 5):
        record(
            journal,
            at=NOW + timedelta(minutes=number),
            who="QE-4",
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
            who="QE-4",
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
        (update(audit).where(audit.c.audit_id == 2).values(who="QE-7"), 2),
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
            journal, at=NOW, who="QE-4", what="x", subject="s", after={"a": {1}}, reason="because"
        )
    assert audit_trail(journal) == []


@pytest.fixture
def keyed(filled, tmp_path):
    """The same journal once its site has a key, with two more entries."""
    write_key(tmp_path / "evidence.key", new_key(complete=True, now=NOW))
    with open_journal(tmp_path / "journal.sqlite") as journal:
        for number in (5, 6):
            record(journal, at=NOW, who="QE-4", what="x", subject=f"k{number}", reason="r")
        yield journal


def test_a_trail_that_is_older_than_the_key_goes_on_with_it(keyed):
    report = check_trail(keyed)
    assert (report.broken, report.keyed_from, len(report.hashes)) == (None, 5, 6)


@pytest.mark.parametrize("number", [1, 4, 5, 6])
def test_an_edit_that_is_chained_anew_without_the_key_breaks_the_keyed_chain(keyed, number):
    # As somebody would who knows the program: every hash from the edited row on is computed again.
    with keyed.writing() as connection:
        connection.execute(update(audit).where(audit.c.audit_id == number).values(who="QE-7"))
        rows = connection.execute(_STORED).mappings().all()
        previous = "0" * 64
        for row in rows:
            content = {name: row[name] for name in AuditRow.__slots__}
            fresh = _hash(content, previous, None) if row["audit_id"] >= number else row["hash"]
            connection.execute(
                update(audit)
                .where(audit.c.audit_id == row["audit_id"])
                .values(previous_hash=previous, hash=fresh)
            )
            previous = fresh
    report = check_trail(keyed)
    # With the whole trail chained anew nothing is keyed any more: what others know of it tells.
    assert report.broken == number if number > 5 else report.keyed_from is None


def test_protected_tables_are_sealed_by_the_writes_of_the_program_and_by_nothing_else(keyed):
    row = CharacteristicRow("c", Stream("L", "S", "T", "F"), "m", None, "none", None, 5.0, "", True)
    save_characteristic(keyed, row, who="QE-4", now=NOW, reason="r")
    save_characteristic(keyed, replace(row, spec_upper=6.0), who="QE-4", now=NOW, reason="r")
    with keyed.reading() as connection:
        assert all(checked(connection).values())
    with keyed.writing() as connection:
        connection.exec_driver_sql("UPDATE characteristic SET spec_upper = 7.0")
    with keyed.reading() as connection:
        assert [table for table, whole in checked(connection).items() if not whole] == [
            "characteristic"
        ]
