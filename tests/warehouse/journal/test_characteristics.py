from dataclasses import replace
from datetime import UTC, datetime

import pytest

from warehouse.errors import JournalError, UnknownRowError
from warehouse.journal.audit import audit_trail
from warehouse.journal.characteristics import (
    CharacteristicRow,
    add_missing_characteristics,
    characteristic,
    characteristic_id,
    characteristics,
    save_characteristic,
)
from warehouse.records import Stream

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def make_characteristic(metric="stain_count", **fields):
    stream = Stream("L1", "wash/rinse", "T1", "HS")
    row = CharacteristicRow(
        characteristic_id=characteristic_id(stream, metric),
        stream=stream,
        metric=metric,
        chart=None,
        rules="nelson",
        spec_lower=None,
        spec_upper=7.5,
        unit="",
        enabled=True,
    )
    return replace(row, **fields)


def test_found_characteristics_are_added_once(journal):
    rows = [make_characteristic(), make_characteristic("scratch_count")]
    assert add_missing_characteristics(journal, rows[:1], who="monitor", now=NOW) == rows[:1]
    assert (
        add_missing_characteristics(journal, [*rows, rows[1]], who="monitor", now=NOW) == rows[1:]
    )
    assert characteristics(journal) == [rows[1], rows[0]]
    assert len(audit_trail(journal)) == 2


def test_what_people_set_is_not_overwritten_by_a_later_find(journal):
    changed = make_characteristic(spec_upper=3.0)
    save_characteristic(journal, changed, who="QE-4", now=NOW, reason="drawing B")
    add_missing_characteristics(journal, [make_characteristic()], who="monitor", now=NOW)
    assert characteristic(journal, changed.characteristic_id) == changed


def test_a_changed_limit_is_audited_with_before_and_after(journal):
    row = make_characteristic()
    save_characteristic(journal, row, who="QE-4", now=NOW, reason="new")
    save_characteristic(journal, row, who="QE-4", now=NOW, reason="no change")
    save_characteristic(
        journal, replace(row, spec_upper=6.0), who="QE-7", now=NOW, reason="drawing C"
    )
    changed, added = audit_trail(journal, subject=row.characteristic_id)
    assert (added.before, added.after["spec_upper"], added.reason) == (None, 7.5, "new")
    assert (changed.who, changed.what, changed.reason) == (
        "QE-7",
        "characteristic changed",
        "drawing C",
    )
    assert (changed.before["spec_upper"], changed.after["spec_upper"]) == (7.5, 6.0)


def test_disabled_ones_can_be_left_out(journal):
    on, off = make_characteristic(), make_characteristic("scratch_count", enabled=False)
    add_missing_characteristics(journal, [on, off], who="monitor", now=NOW)
    assert characteristics(journal, enabled_only=True) == [on]


def test_an_unknown_characteristic_is_an_error(journal):
    with pytest.raises(UnknownRowError, match="there is no characteristic L1"):
        characteristic(journal, "L1")


def test_a_metric_of_a_stream_is_there_once(journal):
    save_characteristic(journal, make_characteristic(), who="QE-4", now=NOW, reason="new")
    twin = make_characteristic(characteristic_id="another id")
    with pytest.raises(JournalError, match="UNIQUE constraint failed"):
        save_characteristic(journal, twin, who="QE-4", now=NOW, reason="new")
    assert len(audit_trail(journal)) == 1
