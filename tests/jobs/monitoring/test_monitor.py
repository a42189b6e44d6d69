"""The monitor: limits from the first parts, signals at the completing part, states in words."""

import json
from datetime import timedelta

import pytest

import jobs.monitoring.site_walk
from spc.errors import ValuesError
from warehouse.journal.characteristics import characteristic as stored_characteristic
from warehouse.journal.characteristics import characteristics, save_characteristic
from warehouse.journal.phases import active_phases, phases, propose_phase, retire_phase
from warehouse.records import HEALTH_METRICS, LOCATION_METRICS, METRICS, Stream
from warehouse.signals import all_signals
from warehouse.states import states

STREAM_KEY = "L1/S20-packing/cell-1/HS-40"

SIGNALS = 30
"""A count that no limit learnt from four stains a part can hold."""


def state_of(plant, characteristic):
    return next(row for row in states(plant.connection) if row.characteristic_id == characteristic)


DEFAULT_METRICS = (*METRICS, *HEALTH_METRICS, *LOCATION_METRICS)


def test_a_new_stream_gets_its_characteristics_once(plant):
    plant.make([3, 4, 5])
    assert plant.monitor().added == 13
    plant.make([3, 4, 5])
    assert plant.monitor().added == 0
    assert sorted(row.metric for row in characteristics(plant.journal)) == sorted(DEFAULT_METRICS)


def test_specification_limits_come_from_the_settings(plant, characteristic):
    plant.configure(specification={"stain_count": 5})
    plant.make([3])
    plant.monitor()
    row = stored_characteristic(plant.journal, characteristic)
    assert (row.spec_lower, row.spec_upper, row.unit) == (None, 5.0, "stains per part")


def test_what_a_person_changed_stays(plant, characteristic):
    plant.make([3])
    plant.monitor()
    row = stored_characteristic(plant.journal, characteristic)
    changed = type(row)(**{name: getattr(row, name) for name in row.__slots__} | {"enabled": False})
    save_characteristic(plant.journal, changed, who="engineer", now=plant.now, reason="not ours")
    report = plant.monitor()
    assert report.evaluated == len(DEFAULT_METRICS) - 1
    assert not stored_characteristic(plant.journal, characteristic).enabled


def test_below_twenty_parts_there_are_no_limits(plant, in_control, characteristic):
    plant.make(in_control(19))
    plant.monitor()
    state = state_of(plant, characteristic)
    assert (state.state, state.ucl) == ("too few points", None)
    assert state.reason == "19 of 20 parts needed for limits"
    assert phases(plant.journal, characteristic) == []


def test_from_twenty_parts_limits_are_provisional_and_alarm_nobody(
    plant, in_control, characteristic
):
    plant.make([*in_control(25), SIGNALS])
    # The parts after the baseline of the first 20-and-more would signal; nobody approved them.
    plant.make([SIGNALS])
    report, alerted = plant.night()
    state = state_of(plant, characteristic)
    assert "provisional limits" in state.reason
    assert state.ucl is not None
    assert alerted.opened == ()
    assert report.errors == {}


def test_a_constant_metric_has_no_limits_and_says_so(plant, in_control):
    plant.make(in_control(40))
    plant.monitor()
    state = state_of(plant, "L1/S20-packing/cell-1/HS-40:scratch_count")
    assert state.state == "too few points"
    assert state.reason == "no variation: all of the first 30 values are 0"


def test_at_a_hundred_parts_limits_are_proposed_and_a_person_approves(
    plant, in_control, characteristic
):
    plant.make(in_control(140))
    plant.monitor()
    (row,) = phases(plant.journal, characteristic)
    assert row.status == "proposed"
    assert not row.phase["provisional"]
    assert row.phase["effective_n"] >= 100
    assert "before somebody approves" in state_of(plant, characteristic).reason
    plant.approve()
    plant.monitor()
    assert set(active_phases(plant.journal)) == {characteristic}
    assert state_of(plant, characteristic).state == "in control"


def test_the_baseline_is_the_beginning_of_the_stream_and_is_frozen(approved, characteristic):
    (before,) = phases(approved.journal, characteristic)
    approved.make([8] * 60)
    approved.monitor()
    (after,) = phases(approved.journal, characteristic)
    assert after.phase == before.phase
    assert after.first_pass_at == before.first_pass_at


def test_provisional_limits_give_way_when_the_stream_has_grown(plant, in_control, characteristic):
    plant.make(in_control(30))
    plant.monitor()
    plant.make(in_control(5, seed=2))
    plant.monitor()
    assert len(phases(plant.journal, characteristic)) == 1, "a sixth more is no reason"
    plant.make(in_control(150, seed=3))
    plant.monitor()
    rows = phases(plant.journal, characteristic)
    assert [row.status for row in rows] == ["retired", "proposed"]
    assert not rows[-1].phase["provisional"]


def test_a_bad_part_signals_at_itself(approved, in_control, characteristic):
    approved.make(in_control(20, seed=2))
    (bad,) = approved.make([SIGNALS])
    report = approved.monitor()
    assert {row.completing_pass_id for row in report.new_signals} == {bad}
    assert {row.characteristic_id for row in report.new_signals} == {characteristic}
    state = state_of(approved, characteristic)
    assert state.state == "signal"
    assert state.latest_value == SIGNALS


def test_a_lasting_shift_signals_in_the_running_average(approved):
    approved.make([9] * 25)  # each within its own limit, all of them far above four
    report = approved.monitor()
    assert {row.panel for row in report.new_signals} == {"running-average"}
    first = report.new_signals[0]
    assert first.run_pass_ids[-1] == first.completing_pass_id
    assert len(first.run_pass_ids) > 1


def test_parts_of_the_baseline_never_alarm(plant, in_control):
    plant.make([*in_control(50), SIGNALS, *in_control(80, seed=2)])
    plant.monitor()
    plant.approve()
    assert plant.monitor().new_signals == ()


def test_a_late_part_of_the_baselines_time_moves_no_limit_and_does_not_alarm(
    approved, characteristic
):
    (before,) = phases(approved.journal, characteristic)
    approved.make([SIGNALS], first=before.first_pass_at + timedelta(minutes=45))
    assert approved.monitor().new_signals == ()
    (after,) = phases(approved.journal, characteristic)
    assert after == before


def test_the_same_batch_judged_twice_gives_one_signal(approved):
    approved.make([SIGNALS])
    first = approved.monitor()
    again = approved.monitor()
    assert len(first.new_signals) >= 1
    assert again.new_signals == again.withdrawn == ()
    assert len(all_signals(approved.connection)) == len(first.new_signals)


def test_a_restart_in_the_middle_of_a_run_signals_at_the_completing_part(approved, in_control):
    shifted = [9] * 25
    whole = approved.make(shifted)
    expected = approved.monitor().new_signals[0].completing_pass_id
    position = whole.index(expected)
    assert position > 2
    # The same shift again, one part a night, each night a process that remembers nothing.
    approved.make(in_control(120, seed=5))
    approved.monitor()
    for _ in range(position + 1):
        (pass_id,) = approved.make([9])
        new = [row for row in approved.monitor().new_signals if row.completing_pass_id == pass_id]
        if new:
            break
    assert new
    assert len(new[0].run_pass_ids) > 2


def test_a_late_part_takes_its_place_in_the_order_of_capture(approved):
    gap = approved.now
    approved.now += timedelta(hours=1)
    approved.make([SIGNALS - 15] * 2)
    signalled = {row.completing_pass_id for row in approved.monitor().new_signals}
    assert signalled
    # A part that was captured before them arrives now, with a value that signals too.
    (late,) = approved.make([SIGNALS], first=gap)
    report = approved.monitor()
    assert late in {row.completing_pass_id for row in report.new_signals}
    assert report.states["signal"] == 1
    assert report.late == {STREAM_KEY: 1}
    reason = state_of(approved, f"{STREAM_KEY}:stain_count").reason
    assert "late data: 1 parts took their place" in reason


def test_a_signal_that_no_longer_holds_is_withdrawn_and_kept(approved):
    gap = approved.now
    approved.now += timedelta(hours=12)
    approved.make([9] * 12)
    before = approved.monitor()
    assert before.new_signals
    # A dozen spotless parts from before the shift arrive late: the average starts from lower.
    approved.make([0] * 20, first=gap)
    after = approved.monitor()
    assert after.withdrawn
    stored = {row.signal_id: row for row in all_signals(approved.connection)}
    gone = stored[after.withdrawn[0].signal_id]
    assert gone.withdrawn_at == approved.now
    assert "late data, 20 parts" in gone.withdrawn_reason
    assert "does not hold any more" in gone.withdrawn_reason


def test_a_new_model_never_continues_old_limits(approved, in_control, characteristic):
    approved.make([SIGNALS] * 5, model="b" * 64)
    report = approved.monitor()
    assert report.new_signals == ()
    assert state_of(approved, characteristic).state == "too few points"
    approved.make(in_control(120, seed=7), model="b" * 64)
    approved.monitor()
    rows = phases(approved.journal, characteristic)
    assert [(row.model_id[0], row.status) for row in rows] == [("a", "active"), ("b", "proposed")]


def test_old_signals_keep_the_limits_of_their_time(approved, in_control, characteristic):
    approved.make([SIGNALS])
    signalled = approved.monitor().new_signals
    approved.make(in_control(150, seed=8), model="b" * 64)
    approved.monitor()
    approved.approve()
    report = approved.monitor()
    assert report.withdrawn == ()
    holding = [row for row in all_signals(approved.connection) if row.withdrawn_at is None]
    assert {row.signal_id for row in signalled} <= {row.signal_id for row in holding}
    assert active_phases(approved.journal)[characteristic].model_id == "b" * 64


def test_limits_put_in_force_from_now_on_leave_what_was_before_to_the_old_ones(
    approved, in_control, characteristic
):
    """A person narrows the limits on the same baseline, from the end of ten more parts on."""
    before = approved.make(in_control(10, seed=9))
    approved.monitor()
    old = active_phases(approved.journal)[characteristic]
    narrow = old.phase | {"ucl": -0.5, "ewma_limit": 100.0}
    propose_phase(
        approved.journal,
        characteristic_id=characteristic,
        model_id=old.model_id,
        valid_from=approved.now,
        first_pass_at=old.first_pass_at,
        last_pass_at=old.last_pass_at,
        phase=narrow,
        created_by="engineer",
        created_at=approved.now,
        reason="tighter",
        activate=True,
    )
    since = approved.make(in_control(5, seed=10))
    signalled = {row.completing_pass_id for row in approved.monitor().new_signals}
    # A limit below 0 is broken by every part that it judges.
    assert signalled == set(since)
    assert not signalled & set(before)


def test_after_a_phase_is_retired_the_next_baseline_begins_there(
    approved, in_control, characteristic
):
    (old,) = phases(approved.journal, characteristic)
    retired_at = approved.now
    retire_phase(
        approved.journal, old.phase_id, who="engineer", now=retired_at, reason="new plating bath"
    )
    approved.make(in_control(10, mean=2.0, seed=11))
    approved.monitor()
    assert state_of(approved, characteristic).reason == "10 of 20 parts needed for limits"
    approved.make(in_control(110, mean=2.0, seed=12))
    approved.monitor()
    new = phases(approved.journal, characteristic)[-1]
    assert new.status == "proposed"
    assert new.first_pass_at >= retired_at
    assert new.phase["center"] < 3.0


def test_one_bad_characteristic_does_not_stop_the_others(
    plant, in_control, characteristic, monkeypatch, caplog
):
    plant.make(in_control(30))
    judged = jobs.monitoring.site_walk.evaluate_characteristic

    def broken(this_round, row, source, carried):
        if row.metric == "stain_count":
            raise ValuesError("values[3] is infinite")
        return judged(this_round, row, source, carried)

    monkeypatch.setattr(jobs.monitoring.site_walk, "evaluate_characteristic", broken)
    report = plant.monitor()
    assert report.evaluated == len(DEFAULT_METRICS)
    assert list(report.errors) == [characteristic]
    state = state_of(plant, characteristic)
    assert state.state == "error"
    assert state.reason == "could not be evaluated: values[3] is infinite"
    assert characteristic in caplog.text
    monkeypatch.undo()
    plant.monitor()
    assert state_of(plant, characteristic).state != "error"


def test_a_part_out_of_specification_needs_no_limits(plant, characteristic):
    plant.configure(specification={"stain_count": 5})
    (bad,) = plant.make([7])
    report = plant.monitor()
    (signal,) = report.new_signals
    assert (signal.rule, signal.completing_pass_id, signal.ucl) == ("specification", bad, 5.0)
    state = state_of(plant, characteristic)
    assert state.state == "out of specification"
    assert state.reason == "latest part 7 above the specification 5"


def test_a_stream_that_has_stopped_is_not_shown_as_good(approved, characteristic):
    approved.monitor()
    assert state_of(approved, characteristic).state == "in control"
    approved.now += timedelta(hours=73)
    approved.monitor()
    state = state_of(approved, characteristic)
    assert (state.state, state.reason) == ("no data", "no part for more than 3 days")


def test_a_state_that_goes_on_keeps_its_beginning(approved, in_control, characteristic):
    approved.monitor()
    since = state_of(approved, characteristic).since
    approved.make(in_control(5, seed=4))
    approved.monitor()
    assert state_of(approved, characteristic).since == since


def test_the_budget_is_shared_by_all_points_of_all_charts(plant, in_control, characteristic):
    # 337 parts at half-hour steps span 336 half hours: one week; 337 parts a week on each of two
    # streams with eleven charts share nine tenths of half a false alarm a week; the tests of
    # locations have the rest.
    plant.configure(spc={"false_alarms_per_week": 0.5})
    other = Stream("L1", "S10-plating", "bath-1", "HS-40")
    first = plant.now
    plant.make(in_control(337))
    plant.make(in_control(337, seed=2), stream=other, first=first)
    report = plant.monitor()
    assert report.alpha == pytest.approx(0.9 * 0.5 / (22 * 337))
    (row,) = phases(plant.journal, characteristic)
    assert row.phase["alpha"] == pytest.approx(report.alpha)


def test_the_report_is_plain_json(plant, in_control):
    plant.make(in_control(30))
    report = plant.monitor()
    assert json.loads(json.dumps(report.to_dict()))["evaluated"] == len(DEFAULT_METRICS)


def test_a_new_model_leaves_alarms_of_the_old_one_standing(plant):
    plant.configure(specification={"stain_count": 5})
    plant.make([7])
    plant.monitor()
    plant.make([3], model="b" * 64)
    report = plant.monitor()
    assert report.withdrawn == ()
    assert [row.withdrawn_at for row in all_signals(plant.connection)] == [None]
