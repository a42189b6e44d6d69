"""A model in shadow: compared part by part, and nothing that people look at changes."""

from datetime import timedelta

import pytest

from jobs.upkeep.reprocess import Scope
from warehouse.errors import RunLockedError, TransitionError
from warehouse.journal.phases import activate_phase
from warehouse.journal.store import open_journal
from warehouse.lock import run_lock

pytestmark = pytest.mark.usefixtures("in_process")


def test_a_model_in_shadow_is_compared_part_by_part_and_changes_nothing(plant, blind):
    before = plant.facts()
    shadow = plant.reprocess(blind)
    assert plant.facts() == before
    assert (shadow.parts, shadow.measured, shadow.left) == (plant.PARTS, plant.PARTS, ())
    (stream,) = shadow.streams
    found = {each.metric: each for each in stream.metrics}[plant.COUNT]
    # By hand: 0, 2, 2, 4 stains in turn for the old model, 0, 1, 2, 3 for the new one.
    assert (found.old_mean, found.new_mean, found.difference) == (2.0, 1.5, -0.5)
    # By hand: cov = 18/4 - 2 * 1.5, var = 2 and 5/4, so r = 1.5 / sqrt(2.5).
    assert found.correlation == pytest.approx(1.5 / 2.5**0.5)
    # Ten days of six parts, whose changes sum to -3 each: the days do not differ at all.
    assert (found.low, found.high) == (pytest.approx(-0.5), pytest.approx(-0.5))
    # One in four has 4 stains, more than 3, for the old model only.
    assert (stream.verdicts.now_failed, stream.verdicts.now_passed) == (0, 15)
    assert stream.verdicts.share == 0.25


def test_limits_are_proposed_with_the_bias_as_reason_and_only_together_with_the_model(
    plant, site, blind
):
    shadow = plant.reprocess(blind)
    old, new = plant.limits()
    assert (old.status, new.status, new.model_id) == ("active", "proposed", shadow.model_id)
    assert (new.first_pass_at, new.last_pass_at) == (old.first_pass_at, old.last_pass_at)
    assert new.phase["n"] == old.phase["n"]
    assert "-0.5" in new.reason
    assert "mean 2 before, 1.5 now" in new.reason
    with open_journal(site.journal) as journal, pytest.raises(TransitionError, match="in shadow"):
        activate_phase(journal, new.phase_id, who="QE-4", now=plant.NOW, reason="too early")
    # A night in between uses the old model and its limits.
    report = plant.run()
    assert not report.problems
    assert not report.monitor.new_signals
    assert plant.limits() == [old, new]


def test_measuring_in_shadow_twice_measures_nothing_again_and_replaces_the_proposals(plant, blind):
    first = plant.reprocess(blind)
    again = plant.reprocess(blind)
    assert (again.parts, again.measured) == (first.parts, 0)
    assert again.streams == first.streams
    assert [row.status for row in plant.limits()] == ["active", "retired", "proposed"]


def test_measuring_in_shadow_goes_on_after_a_kill(plant, site, settings, blind, repository):
    act = f"reprocess.reprocess(site, settings, Path({str(blind)!r}), clock=utc_now)"
    plant.kill_after_a_batch(repository, act)
    shadow = plant.reprocess(blind)
    # Batches are of 32 passes: the first was written.
    assert (shadow.parts, shadow.measured) == (plant.PARTS, plant.PARTS - 32)


def test_the_newest_parts_or_those_of_a_day_on_can_be_compared_instead(plant, blind):
    few = plant.reprocess(blind, scope=Scope(parts=10))
    assert few.parts == 10
    # Too few for limits, and the report says so.
    assert all(each.phase is None and each.refusal for each in few.limits)
    since = Scope(since=plant.BEGIN + timedelta(days=5))
    # Parts come every four hours: number 30 and later.
    assert plant.reprocess(blind, scope=since).parts == 30


def test_a_part_whose_original_is_lost_keeps_its_numbers_and_is_named(plant, site, blind):
    ((image_id, pass_id),) = plant.rows("SELECT image_id, pass_id FROM image LIMIT 1")
    (site.archive / image_id[:2] / image_id[2:4] / f"{image_id}.png").unlink()
    shadow = plant.reprocess(blind)
    assert [each.pass_id for each in shadow.left] == [pass_id]
    assert shadow.parts == plant.PARTS - 1


def test_reprocessing_waits_for_the_run_in_progress(plant, site, blind):
    with run_lock(site.lock_file, "run (test)"), pytest.raises(RunLockedError):
        plant.reprocess(blind)
