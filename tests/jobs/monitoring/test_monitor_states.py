"""What the monitor says beyond the charts: drift, refused pictures, shares, positions, the camera."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from jobs.monitoring.episode_kinds import kind_of
from jobs.monitoring.proposals import NoLimits
from jobs.monitoring.states import Evidence, Tail
from jobs.monitoring.states import state_of as tile_of
from warehouse.batch import Batch, write_batch
from warehouse.connection import open_master
from warehouse.journal.characteristics import characteristics
from warehouse.ledger import inspections_of
from warehouse.records import ArrivalRow
from warehouse.series import metric_series
from warehouse.signals import all_signals
from warehouse.states import states

KEY = "L1/S20-packing/cell-1/HS-40"
DAY = timedelta(days=1)
STEP = timedelta(hours=4)


def state_of(plant, metric):
    key = metric if "/" in metric else f"{KEY}:{metric}"
    return next(row for row in states(plant.connection) if row.characteristic_id == key)


def test_a_level_that_creeps_towards_its_specification_is_drifting_and_says_when(plant):
    plant.configure(specification={"stain_count": 22}, spc={"approve_points": 20})
    rng = np.random.default_rng(3)
    # Six parts a day for forty days; the mean rises from 6 to 18, by three tenths a day.
    for day in range(40):
        plant.make(rng.poisson(6 + 0.3 * day, 6).tolist(), step=STEP)
    plant.monitor()
    state = state_of(plant, "stain_count")
    # So much is a signal as well; the words tell of both.
    assert state.state == "signal"
    assert "rises by 0.3" in state.reason
    assert "it would cross the specification 22 about" in state.reason


def test_a_drift_without_a_signal_is_a_state_of_its_own(plant):
    plant.configure(specification={"stain_count": 30})
    plant.make([3])
    plant.monitor()
    row = next(one for one in characteristics(plant.journal) if one.metric == "stain_count")
    tail = Tail(1, 3.0, plant.now, (3.0,))
    evidence = Evidence(row, tail, NoLimits("1 of 20"), (), drift="the level rises")
    state = tile_of(evidence, now=plant.now, previous=None)
    assert (state.state, state.reason) == ("drifting", "the level rises")
    # A stream that stopped has no state to show, wherever it was going.
    later = tile_of(evidence, now=plant.now + 4 * DAY, previous=None)
    assert later.state == "no data"


def test_a_level_that_stays_is_not_drifting(plant):
    plant.configure(specification={"stain_count": 30}, spc={"approve_points": 20})
    rng = np.random.default_rng(4)
    for _ in range(40):
        plant.make(rng.poisson(6, 6).tolist(), step=STEP)
    plant.monitor()
    assert state_of(plant, "stain_count").state == "in control"


def test_a_signal_says_when_the_level_probably_changed(approved):
    begin = approved.now
    approved.make([9] * 25)
    approved.monitor()
    reason = state_of(approved, "stain_count").reason
    assert f"the level probably changed at {begin:%a}" in reason


def refuse(plant, total, refused, *, run, path="{}.png"):
    """Write the ledger of pictures, the first `refused` of which could not be read."""
    rows = tuple(
        ArrivalRow(
            path.format(f"{run}-{number}"), 1,
            "quarantined" if number < refused else "measured",
            "", "0" * 64, 9, 1, 1, plant.now, run, "",
        )
        for number in range(total)
    )  # fmt: skip
    write_batch(plant.connection, Batch(arrivals=rows))


def test_f09_the_share_of_refused_pictures_is_charted_for_the_site_and_alarms(plant):
    plant.configure(spc={"approve_points": 20, "false_alarms_per_week": 1.0})
    plant.make([1])
    site = "whole site/all stations/all tools/all families:refused_share"
    for run in range(1, 31):
        # One or two of twenty fail on an ordinary night.
        refuse(plant, 20, 1 + run % 2, run=run)
        plant.now += DAY
        plant.monitor()
    assert state_of(plant, site).latest_value == 1
    plant.approve()
    refuse(plant, 20, 12, run=31)
    plant.monitor()
    state = state_of(plant, site)
    assert (state.state, state.latest_value) == ("signal", 12)
    assert kind_of("refused_share") == "camera"


def test_refused_pictures_are_counted_in_their_stream_where_their_name_tells_it(plant):
    plant.configure(inbox={"file_pattern": ["{station}_{part_id}", "{part_id}"]})
    plant.make([1])
    refuse(plant, 25, 5, run=1, path="S20_{}.png")
    plant.monitor()
    found = [row for row in characteristics(plant.journal) if row.metric == "refused_share"]
    assert [row.stream.station for row in found] == ["S20"]
    series = metric_series(plant.connection, found[0].stream, "refused_share")
    assert series.values.tolist() == [5]


def test_a_group_of_pictures_goes_on_from_night_to_night(plant):
    plant.make([1])
    for run in (1, 2, 3):
        refuse(plant, 8, 2, run=run)
        plant.now += DAY
        plant.monitor()
    found = next(row for row in characteristics(plant.journal) if row.metric == "refused_share")
    series = metric_series(plant.connection, found.stream, "refused_share")
    # Twenty of twenty-four: two nights whole with two refused each, and two of four of the third.
    assert series.values.tolist() == [6]


def test_nonconforming_parts_are_counted_in_groups_whose_borders_stay(plant):
    plant.configure(specification={"stain_count": 5})
    passes = plant.make([1] * 41)
    _judge(plant, passes, failing=passes[:3])
    plant.monitor()
    stream = characteristics(plant.journal)[0].stream
    before = metric_series(plant.connection, stream, "nonconforming_share")
    assert before.values.tolist() == [3, 0]
    # A late part that fails joins the first group and moves no border.
    late = plant.make([1], first=plant.now - timedelta(hours=20))
    _judge(plant, late, failing=late)
    plant.monitor()
    after = metric_series(plant.connection, stream, "nonconforming_share")
    assert after.values.tolist() == [4, 0]
    assert after.captured_at.tolist() == before.captured_at.tolist()


def _judge(plant, passes, *, failing):
    """Store a second revision of passes, with a verdict."""
    part_ids = [f"part-{int(one[5:])}" for one in passes]
    rows = tuple(
        replace(row, revision=row.revision + 1, passed=row.pass_id not in failing)
        for row in inspections_of(plant.connection, part_ids)
    )
    write_batch(plant.connection, Batch(inspections=rows))


@pytest.mark.parametrize("fault", ["darker", "blurred"])
def test_a_camera_fault_signals_as_camera_and_not_as_process(plant, in_control, fault):
    plant.configure(spc={"approve_points": 100})
    rng = np.random.default_rng(7)
    _pictures(plant, in_control(150), rng)
    plant.night()
    plant.approve()
    plant.night()
    # Brightness 20 % down, or the Laplacian's variance at a quarter; the parts stay as they are.
    factors = {"brightness": 0.8} if fault == "darker" else {"focus": 0.25}
    _pictures(plant, in_control(20, seed=5), rng, **factors)
    report, alerted = plant.night()
    metrics = {row.characteristic_id.partition(":")[2] for row in report.new_signals}
    assert metrics == set(factors)
    assert {kind_of(metric) for metric in metrics} == {"camera"}
    assert len(alerted.opened) == 1


def _pictures(plant, counts, rng, **factors):
    """Parts whose pictures have some scatter, times a factor in the named figures."""
    plant.make(counts)
    newest = plant.connection.execute(
        "SELECT image_id FROM image ORDER BY captured_at DESC LIMIT $n", {"n": len(counts)}
    ).fetchall()
    for (image_id,) in newest:
        values = {
            "brightness": 120 * factors.get("brightness", 1) + rng.normal(0, 4),
            "focus": 50 * factors.get("focus", 1) + rng.normal(0, 5),
            "image_id": image_id,
        }
        plant.connection.execute(
            "UPDATE image SET brightness = $brightness, focus = $focus WHERE image_id = $image_id",
            values,
        )


def test_a_changed_pattern_of_positions_signals_with_its_region_and_beginning(plant):
    rng = np.random.default_rng(11)
    plant.configure(spc={"false_alarms_per_week": 1.0})
    for _ in range(29):
        _day_of_stains(plant, rng, corner=0)
    plant.monitor()
    assert state_of(plant, "stain_location").state == "in control"
    began = plant.now
    for _ in range(4):
        _day_of_stains(plant, rng, corner=15)
        report = plant.monitor()
        if report.new_signals:
            break
    (signal,) = report.new_signals
    assert signal.rule.startswith("location: upper right corner")
    # The first day of the change, or the one behind it: a day of few parts can go unnoticed.
    days = (began + DAY, began + 2 * DAY)
    assert any(f"since {day:%-d %B %Y}" in signal.rule for day in days)
    assert signal.value > 2
    assert state_of(plant, "stain_location").state == "signal"
    assert "upper right corner" in state_of(plant, "stain_location").reason
    # The same night evaluated again says nothing new.
    assert plant.monitor().new_signals == ()


def _day_of_stains(plant, rng, *, corner):
    """Forty parts with a stain anywhere, and `corner` with one near the upper right corner."""
    first = datetime.combine(plant.now.date(), datetime.min.time(), UTC) + DAY
    plant.make([1] * 40, first=first, step=timedelta(minutes=10))
    cells = np.bincount(rng.integers(0, 1024, 40), minlength=1024)
    cells += np.bincount(rng.choice([28, 29, 30, 31, 61, 62], corner), minlength=1024)
    # As the rollup counts them: writing the defects of 1,200 parts would take most of the time.
    stream = KEY.split("/")
    rows = [
        (first.date(), *stream, "a" * 64, "stain", cell // 32, cell % 32, count, 81.0, 40 + corner)
        for cell, count in enumerate(cells.tolist())
        if count
    ]
    plant.connection.executemany(
        "INSERT INTO location_rollup VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
    )
    plant.now = first + timedelta(hours=20)


def test_the_monitor_of_a_closed_site_remembers(approved, in_control):
    """A restart between two nights changes nothing: what is carried is in the warehouse."""
    approved.make(in_control(10, seed=21))
    approved.monitor()
    stored = all_signals(approved.connection)
    approved.connection.close()
    with open_master(approved.site.master) as connection:
        approved.connection = connection
        assert approved.monitor().new_signals == ()
        assert all_signals(connection) == stored
