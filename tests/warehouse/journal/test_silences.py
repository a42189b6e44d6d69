"""Silences: never for ever, never without a reason, never for more than they name."""

from datetime import UTC, datetime, timedelta

import pytest

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal.audit import audit_trail
from warehouse.journal.silence_scope import SilenceScope
from warehouse.journal.silences import end_silence, silence, silences

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SCOPE = SilenceScope(station="S10", metric="stain_count")


def begin(journal, scope=SCOPE, *, hours=8, reason="bath change"):
    return silence(
        journal, scope, until=NOW + timedelta(hours=hours), who="QE-4", now=NOW, reason=reason
    )


def test_a_silence_is_kept_with_its_end_its_reason_and_an_audit_entry(journal):
    row = begin(journal)
    assert silences(journal) == [row]
    (entry,) = audit_trail(journal, subject="silence 1")
    assert (entry.who, entry.what, entry.reason) == ("QE-4", "silence begun", "bath change")
    assert entry.after["station"] == "S10"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scope": SilenceScope()}, "a silence names what it covers"),
        ({"reason": "  "}, "a silence needs a reason"),
        ({"hours": 0}, "a silence ends within the next 31 days"),
        ({"hours": 32 * 24}, "a silence ends within the next 31 days"),
    ],
)
def test_a_silence_of_everything_for_ever_or_for_nothing_is_refused(journal, options, message):
    with pytest.raises(TransitionError, match=message):
        begin(journal, **options)
    assert silences(journal) == []


def test_only_those_in_force_are_listed_at_an_instant(journal):
    begin(journal, hours=1)
    longer = begin(journal, hours=3)
    assert silences(journal, in_force_at=NOW + timedelta(hours=2)) == [longer]


def test_one_that_is_over_cannot_be_ended(journal):
    row = begin(journal)
    end_silence(journal, row.silence_id, who="QE-7", now=NOW, reason="done")
    with pytest.raises(TransitionError, match="silence 1 is not in force"):
        end_silence(journal, row.silence_id, who="QE-7", now=NOW, reason="done")
    assert [one.who for one in audit_trail(journal, subject="silence 1")] == ["QE-7", "QE-4"]


def test_an_unknown_silence_is_an_error(journal):
    with pytest.raises(UnknownRowError, match="there is no silence 7"):
        end_silence(journal, 7, who="QE-7", now=NOW, reason="done")


def test_a_scope_covers_what_agrees_with_all_it_names():
    assert SCOPE.covers("L1/S10/T1/HS:stain_count", "control")
    assert not SCOPE.covers("L1/S10/T1/HS:scratch_count", "control")
    assert not SCOPE.covers("L1/S20/T1/HS:stain_count", "control")
    assert SilenceScope(station="a/b").covers("L1/a%2Fb/T1/HS:stain_count", "control")
