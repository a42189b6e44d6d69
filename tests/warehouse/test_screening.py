from datetime import UTC, datetime

import pytest

from warehouse.batch import Batch, write_batch
from warehouse.connection import open_master
from warehouse.journal.causes import CauseRow, save_cause
from warehouse.journal.characteristics import CharacteristicRow, add_missing_characteristics
from warehouse.journal.export import journal_tables
from warehouse.journal.store import open_journal
from warehouse.publish import publish
from warehouse.records import SignalRow
from warehouse.screening import screening
from warehouse.signals import insert_signals
from warehouse.snapshot import SnapshotReader

DAY = 24 * 60
NOW = datetime(2026, 4, 1, tzinfo=UTC)
COUNT = "L1/S1/T1/HS:stain_count"


def make_signal(name, pass_id, at, *, withdrawn_at=None):
    return SignalRow(
        signal_id=name, characteristic_id=COUNT, phase_id=1, rule="beyond-limits-1",
        panel="individuals", completing_pass_id=pass_id, completing_at=at, evaluation_id=1,
        value=6.0, center=3.0, lcl=None, ucl=5.0, run_pass_ids=(pass_id,), evaluated_at=NOW,
        withdrawn_at=withdrawn_at, withdrawn_reason=None if withdrawn_at is None else "late data",
    )  # fmt: skip


@pytest.fixture
def screened(site, build):
    """What the list says of a site whose stream counts 2, 4, 0 on one day and 6 on the third."""

    def read(**period):
        reader = SnapshotReader(site.current)
        try:
            with reader.read() as connection:
                return {one.characteristic_id: one for one in screening(connection, **period)}
        finally:
            reader.close()

    minutes = (0, 1, 2, 2 * DAY)
    rows = [
        build.inspection(f"p{n}", captured_at=build.at(minute), stain_count=count)
        for n, (minute, count) in enumerate(zip(minutes, (2, 4, 0, 6), strict=True))
    ]
    characteristics = [
        CharacteristicRow(
            f"L1/S1/T1/HS:{metric}", build.stream, metric, None, "none", None, upper, "", enabled
        )
        for metric, upper, enabled in (
            ("stain_count", 3.0, True),
            ("scratch_count", None, True),
            ("longest_scratch_px", None, False),
        )
    ]
    with open_master(site.master) as connection, open_journal(site.journal) as journal:
        write_batch(connection, Batch(inspections=tuple(rows), models=(build.model(),)))
        add_missing_characteristics(journal, characteristics, who="test", now=NOW)
        signals = [
            make_signal("held", "p3", build.at(2 * DAY)),
            make_signal("also", "p3", build.at(2 * DAY)),
            make_signal("gone", "p1", build.at(1), withdrawn_at=NOW),
        ]
        insert_signals(connection, signals)
        for code, day in (("operator", 1), ("cleaning", 2)):
            row = CauseRow(
                "held", code, "", "", "", None, "test", datetime(2026, 4, day, tzinfo=UTC)
            )
            save_cause(journal, row, reason="seen")
        publish(site, journal_tables=journal_tables(journal))
    return read


def test_the_figures_of_a_characteristic_are_those_of_its_parts(screened):
    found = screened()
    assert sorted(found) == ["L1/S1/T1/HS:scratch_count", COUNT]
    one = found[COUNT]
    assert (one.n, one.mean, one.zeros, one.outside, one.days) == (4, 3.0, 0.25, 2, 2)
    # Pairs (2,4), (4,0), (0,6): means 2 and 10/3; covariance sum 8+0+0-3*2*10/3 = -12;
    # squares 20-12 = 8 and 52-100/3 = 18.6667; r = -12 / sqrt(8 * 18.6667) = -0.981981.
    assert one.autocorrelation == pytest.approx(-0.981981, abs=1e-6)
    # Daily means 2 and 6, two days apart.
    assert one.slope == pytest.approx(2.0)
    assert one.explained == pytest.approx(1.0)


def test_signals_that_hold_count_once_a_part_and_the_last_cause_is_named(screened):
    one = screened()[COUNT]
    assert (one.signals, one.cause) == (1, "cleaning")


def test_without_limits_nothing_is_outside_and_without_evaluation_there_is_no_state(screened):
    one = screened()["L1/S1/T1/HS:scratch_count"]
    assert (one.outside, one.signals, one.cause, one.state) == (None, 0, None, "no data")
    assert one.zeros == 1.0
    # A constant has no correlation.
    assert one.autocorrelation is None


def test_a_period_cuts_parts_and_signals(screened, build):
    one = screened(start=build.at(1), end=build.at(3))[COUNT]
    assert (one.n, one.mean, one.signals, one.days) == (2, 2.0, 0, 1)
    empty = screened(end=build.at(0))[COUNT]
    assert (empty.n, empty.mean, empty.outside, empty.days) == (0, None, 0, 0)
