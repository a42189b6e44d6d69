from datetime import UTC, datetime, timedelta

import pytest

from warehouse.journal import audit
from warehouse.journal.audit_page import audit_page

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def trail(journal):
    """Three changes: a limit, a silence, a limit with a percent sign in its reason."""
    with journal.writing() as connection:
        for hour, (who, what, reason) in enumerate((
            ("QE-1", "phase active", "calm week"),
            ("QE-2", "silence begun", "cleaning"),
            ("qe-1", "phase retired", "100% sure"),
        )):  # fmt: skip
            audit.append(
                connection, at=NOW + timedelta(hours=hour), who=who, what=what, subject="L1/S1",
                before=None, after={"status": what}, reason=reason,
            )  # fmt: skip
    return journal


def found(journal, find="", limit=10, offset=0):
    page = audit_page(journal, find=find, limit=limit, offset=offset)
    return page.total, [row.what for row in page.rows]


def test_the_newest_entry_comes_first_and_pages_follow_each_other(trail):
    assert found(trail) == (3, ["phase retired", "silence begun", "phase active"])
    assert found(trail, limit=2) == (3, ["phase retired", "silence begun"])
    assert found(trail, limit=2, offset=2) == (3, ["phase active"])
    assert found(trail, offset=9) == (3, [])


def test_who_what_subject_and_reason_are_searched_whatever_the_case(trail):
    assert found(trail, "QE-1") == (2, ["phase retired", "phase active"])
    assert found(trail, "SILENCE") == (1, ["silence begun"])
    assert found(trail, "l1/s1")[0] == 3
    assert found(trail, "cleaning")[0] == 1


def test_a_percent_sign_is_a_letter(trail):
    assert found(trail, "0% s") == (1, ["phase retired"])
    assert found(trail, "%") == (1, ["phase retired"])
    assert found(trail, "_") == (0, [])
