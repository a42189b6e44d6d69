from datetime import timedelta

import pytest

from warehouse.errors import BatchError
from warehouse.runs import RunTotals, finish_run, latest_runs, mark_interrupted, start_run


def test_runs_are_numbered_from_one_and_listed_newest_first(connection, build):
    for trigger in ("init", "schedule"):
        start_run(connection, trigger=trigger, started_at=build.start, model_id=None)
    assert [(row.run_id, row.trigger) for row in latest_runs(connection)] == [
        (2, "schedule"),
        (1, "init"),
    ]
    assert len(latest_runs(connection, 1)) == 1


def test_a_finished_run_has_its_totals(connection, build):
    run_id = start_run(connection, trigger="cli", started_at=build.start, model_id="m")
    totals = RunTotals(seen=15, measured=5, quarantined=4, ignored=3, deferred=2, known=1)
    end = build.start + timedelta(minutes=3)
    finish_run(connection, run_id, totals, finished_at=end, error="disk full")
    row = latest_runs(connection)[0]
    assert (row.seen, row.measured, row.quarantined) == (15, 5, 4)
    assert (row.ignored, row.deferred, row.known) == (3, 2, 1)
    assert (row.finished_at, row.error, row.model_id) == (end, "disk full", "m")


def test_totals_that_do_not_add_up_are_refused(connection, build):
    run_id = start_run(connection, trigger="cli", started_at=build.start, model_id=None)
    with pytest.raises(BatchError, match="seen"):
        finish_run(connection, run_id, RunTotals(seen=2, measured=1), finished_at=build.start)
    assert latest_runs(connection)[0].finished_at is None


def test_a_run_that_is_not_there_cannot_be_finished(connection, build):
    with pytest.raises(BatchError, match="no run 7"):
        finish_run(connection, 7, RunTotals(), finished_at=build.start)


def test_a_killed_run_is_shown_as_interrupted(connection, build):
    done = start_run(connection, trigger="cli", started_at=build.start, model_id=None)
    finish_run(connection, done, RunTotals(), finished_at=build.start)
    killed = start_run(connection, trigger="cli", started_at=build.start, model_id=None)
    assert mark_interrupted(connection, now=build.at(60)) == (killed,)
    assert mark_interrupted(connection, now=build.at(90)) == ()
    row = latest_runs(connection)[0]
    assert (row.error, row.finished_at) == ("interrupted", build.at(60))
