"""Changing characteristics: what may be set, all or none, and what becomes of charts and limits."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.errors import ChangedMeanwhileError, UnknownRowError
from warehouse.journal.audit import audit_trail, first_broken
from warehouse.journal.characteristic_rules import RANGES, setting_problem
from warehouse.journal.characteristics import (
    CharacteristicChange,
    CharacteristicRow,
    add_missing_characteristics,
    change_characteristics,
    characteristic_id,
    characteristics,
)
from warehouse.journal.phases import phases, propose_phase
from warehouse.journal.specification_changes import limits_at, specification_changes
from warehouse.records import Stream

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
STREAM = Stream("L1", "wash/rinse", "T1", "HS")


def make(metric="stain_count", **fields):
    name = characteristic_id(STREAM, metric)
    row = CharacteristicRow(name, STREAM, metric, None, "beyond-limits", None, 12.0, "", True)
    return replace(row, **fields)


@pytest.fixture
def two(journal):
    rows = [make(), make("scratch_count", spec_upper=None)]
    add_missing_characteristics(journal, rows, who="blemish", now=NOW)
    return rows


def change(journal, *pairs, now=NOW, who="QE-4", reason="drawing C"):
    changes = [CharacteristicChange(*pair) for pair in pairs]
    return change_characteristics(journal, changes, who=who, now=now, reason=reason)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (make(spec_lower=13.0), "the lower limit 13 of stain_count is above its upper limit 12"),
        (make(spec_upper=math.inf), "is not a finite number"),
        (make(spec_upper=math.nan), "is not a finite number"),
        (make(spec_upper=-1.0), "outside its range, 0 and more"),
        (make("total_stain_pct", spec_upper=101.0), "outside its range, 0 to 100"),
        (make("brightness", spec_upper=256.0), "outside its range, 0 to 255"),
        (make("contrast", spec_upper=128.0), "outside its range, 0 to 127.5"),
        (make("nonconforming_share", spec_upper=0.5), "takes no specification limits"),
        (make("stain_location", spec_upper=None, chart="imr"), "it has a test of its own"),
        (make(chart="two-part"), "may not have the chart 'two-part'; its kinds are: nb, c, imr"),
        (make("total_stain_pct", chart="nb"), "its kinds are: two-part, imr"),
        (make(rules="nelson"), "site charts are not judged by the rules 'nelson'"),
        (make("stains"), "there is no metric 'stains'"),
    ],
)
def test_what_a_metric_may_not_have_is_said_in_one_sentence(row, said):
    assert said in setting_problem(row)


@pytest.mark.parametrize("metric", sorted(RANGES))
def test_every_metric_may_have_each_of_its_charts_and_no_limits(metric):
    for kind in (None, *RANGES[metric].charts):
        assert not setting_problem(make(metric, chart=kind, spec_upper=None))


def test_a_change_is_audited_and_its_limits_hold_from_then_on(journal, two):
    count, _ = two
    later = NOW + timedelta(hours=3)
    assert change(journal, (count, replace(count, spec_upper=10.0))) == [
        replace(count, spec_upper=10.0)
    ]
    tight = replace(count, spec_upper=10.0)
    change(journal, (tight, replace(tight, spec_lower=1.0, spec_upper=None)), now=later)
    (stages,) = specification_changes(journal).values()
    assert [one.limits for one in stages] == [(None, 10.0), (1.0, None)]
    today = (1.0, None)
    held = [
        limits_at(stages, today, NOW + timedelta(minutes=minutes)) for minutes in (-1, 0, 179, 180)
    ]
    # Until the first change what it changed held, then each until the next.
    assert held == [(None, 12.0), (None, 10.0), (None, 10.0), (1.0, None)]
    newest = audit_trail(journal)[0]
    assert (newest.who, newest.reason, newest.before["spec_upper"]) == ("QE-4", "drawing C", 10.0)
    assert first_broken(journal) is None


def test_switching_off_changes_no_limits(journal, two):
    change(journal, (two[0], replace(two[0], enabled=False)))
    assert specification_changes(journal) == {}


def test_all_are_changed_or_none(journal, two):
    count, scratches = two
    change(journal, (scratches, replace(scratches, enabled=False)), who="QE-7")
    before = characteristics(journal)
    with pytest.raises(ChangedMeanwhileError, match="changed by QE-7 after you opened it: enabled"):
        change(
            journal,
            (count, replace(count, spec_upper=3.0)),
            (scratches, replace(scratches, spec_upper=1.0)),
        )
    assert characteristics(journal) == before
    gone = make("longest_scratch_px")
    with pytest.raises(UnknownRowError):
        change(journal, (count, replace(count, spec_upper=3.0)), (gone, gone))
    assert characteristics(journal) == before


def test_another_kind_of_chart_ends_proposals_of_the_old_kind_and_not_what_is_in_force(
    journal, two
):
    count, _ = two
    for activate in (True, False):
        propose_phase(
            journal, characteristic_id=count.characteristic_id, model_id="m" * 64, valid_from=NOW,
            first_pass_at=NOW, last_pass_at=NOW, phase={"chart": "nb"}, created_by="blemish",
            created_at=NOW, reason="learnt", activate=activate,
        )  # fmt: skip
    change(journal, (count, replace(count, chart="imr")), reason="values are means")
    assert [row.status for row in phases(journal)] == ["active", "retired"]
    assert audit_trail(journal)[0].reason == "another kind of chart: values are means"
