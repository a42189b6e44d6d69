from datetime import UTC, datetime, timedelta

import pytest

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal.audit import audit_trail
from warehouse.journal.saved_queries import SavedQuery, drop_query, save_query, saved_queries

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
YIELD = SavedQuery("yield by lot", "QE Four", "SELECT 1", NOW)


def test_queries_are_kept_by_name_and_replaced_by_their_owner(journal):
    later = SavedQuery(YIELD.name, YIELD.owner, "SELECT 2", NOW + timedelta(hours=1))
    first = SavedQuery("a", "M. Roth", "SELECT 3", NOW)
    for row in (YIELD, first, later):
        save_query(journal, row)
    assert saved_queries(journal) == [first, later]
    assert [entry.what for entry in audit_trail(journal)] == ["query saved"] * 3


def test_nobody_else_replaces_or_drops_a_query(journal):
    save_query(journal, YIELD)
    with pytest.raises(TransitionError, match=r"belongs to QE Four; choose another name"):
        save_query(journal, SavedQuery(YIELD.name, "M. Roth", "SELECT 2", NOW))
    with pytest.raises(TransitionError, match=r"belongs to QE Four"):
        drop_query(journal, YIELD.name, who="M. Roth", now=NOW)
    assert saved_queries(journal) == [YIELD]


def test_an_owner_drops_a_query(journal):
    save_query(journal, YIELD)
    drop_query(journal, YIELD.name, who=YIELD.owner, now=NOW)
    assert saved_queries(journal) == []
    with pytest.raises(UnknownRowError, match="no saved query 'yield by lot'"):
        drop_query(journal, YIELD.name, who=YIELD.owner, now=NOW)
