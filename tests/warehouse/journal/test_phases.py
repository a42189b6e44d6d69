from datetime import UTC, datetime, timedelta

import pytest

from warehouse.errors import JournalError, TransitionError, UnknownRowError
from warehouse.journal.audit import audit_trail
from warehouse.journal.phases import (
    activate_phase,
    active_phases,
    phase,
    phases,
    propose_phase,
    retire_phase,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LIMITS = {"chart": "nb", "center": 4.25, "lcl": None, "exclusions": [[3, "bad bath"]]}


def day(number):
    return NOW + timedelta(days=number)


def propose(journal, *, valid_from, characteristic="c1", activate=False, limits=LIMITS):
    return propose_phase(
        journal,
        characteristic_id=characteristic,
        model_id="m" * 64,
        valid_from=valid_from,
        first_pass_at=valid_from,
        last_pass_at=valid_from + timedelta(hours=5),
        phase=limits,
        created_by="QE-4",
        created_at=NOW,
        reason="first limits",
        activate=activate,
    )


def in_force(journal):
    return [(row.phase_id, row.status, row.valid_from, row.valid_to) for row in phases(journal)]


def test_a_proposal_is_not_in_force(journal):
    number = propose(journal, valid_from=day(0))
    row = phase(journal, number)
    assert (row.status, row.valid_to, row.phase) == ("proposed", None, LIMITS)
    assert (row.first_pass_at, row.last_pass_at) == (day(0), day(0) + timedelta(hours=5))
    assert active_phases(journal) == {}


def test_a_phase_keeps_its_own_time_when_the_next_begins(journal):
    first = propose(journal, valid_from=day(0), activate=True)
    second = propose(journal, valid_from=day(7))
    activate_phase(journal, second, who="QE-7", now=day(8), reason="new bath")
    assert in_force(journal) == [
        (first, "retired", day(0), day(7)),
        (second, "active", day(7), None),
    ]
    assert active_phases(journal) == {"c1": phase(journal, second)}


def test_a_phase_that_begins_earlier_takes_the_place_of_all_later_ones(journal):
    first = propose(journal, valid_from=day(3), activate=True)
    second = propose(journal, valid_from=day(7), activate=True)
    again = propose(journal, valid_from=day(1), activate=True)
    assert in_force(journal) == [
        (first, "retired", day(3), day(3)),
        (second, "retired", day(7), day(7)),
        (again, "active", day(1), None),
    ]


def test_a_proposal_stays_one_when_another_is_activated(journal):
    waiting = propose(journal, valid_from=day(0))
    propose(journal, valid_from=day(0), activate=True)
    assert phase(journal, waiting).status == "proposed"


def test_characteristics_do_not_disturb_each_other(journal):
    one = propose(journal, valid_from=day(0), activate=True)
    propose(journal, valid_from=day(0), characteristic="c2", activate=True)
    assert phase(journal, one).status == "active"
    assert [row.phase_id for row in phases(journal, "c1")] == [one]


def test_a_proposal_turned_down_was_never_in_force(journal):
    number = propose(journal, valid_from=day(0))
    retire_phase(journal, number, who="QE-7", now=day(5), reason="bad baseline")
    assert in_force(journal) == [(number, "retired", day(0), day(0))]


def test_an_active_phase_ends_when_it_is_retired(journal):
    number = propose(journal, valid_from=day(0), activate=True)
    retire_phase(journal, number, who="QE-7", now=day(5), reason="new model")
    assert in_force(journal) == [(number, "retired", day(0), day(5))]
    assert active_phases(journal) == {}


def test_every_change_says_who_and_why(journal):
    number = propose(journal, valid_from=day(0))
    activate_phase(journal, number, who="QE-7", now=day(1), reason="approved")
    retire_phase(journal, number, who="QE-9", now=day(2), reason="moved")
    trail = [(row.what, row.who, row.reason) for row in audit_trail(journal, subject="c1")]
    assert trail == [
        ("phase retired", "QE-9", "moved"),
        ("phase active", "QE-7", "approved"),
        ("phase proposed", "QE-4", "first limits"),
    ]


def test_only_a_proposal_can_be_activated(journal):
    number = propose(journal, valid_from=day(0), activate=True)
    with pytest.raises(TransitionError, match="is active; only a proposal"):
        activate_phase(journal, number, who="QE-7", now=day(1), reason="x")
    retire_phase(journal, number, who="QE-7", now=day(1), reason="x")
    with pytest.raises(TransitionError, match="retired already"):
        retire_phase(journal, number, who="QE-7", now=day(1), reason="x")


def test_an_unknown_phase_is_an_error(journal):
    with pytest.raises(UnknownRowError, match="there is no phase 5"):
        phase(journal, 5)


def test_limits_that_are_not_finite_cannot_be_stored(journal):
    with pytest.raises(JournalError, match="not JSON compliant"):
        propose(journal, valid_from=day(0), limits={"ucl": float("inf")})
    assert audit_trail(journal) == []
