"""The nightly run: every step goes on with what the one before left, and says what it could not."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

import jobs.nightly
from jobs.measurement.report import ledger_in_words
from jobs.nightly import run_once
from warehouse.connection import open_snapshot
from warehouse.errors import PublishError, RunLockedError
from warehouse.journal.characteristics import characteristics, save_characteristic
from warehouse.journal.store import open_journal
from warehouse.lock import run_lock
from warehouse.runs import latest_runs
from warehouse.states import states

NOW = datetime(2024, 5, 8, 2, 0, tzinfo=UTC)


def run(site, settings, trigger="test"):
    return run_once(site, settings, trigger=trigger, clock=lambda: NOW)


@pytest.fixture
def parts(site, picture):
    """Three parts in the inbox."""
    for number in range(3):
        (site.inbox / f"part-{number}.png").write_bytes(picture((10, 10, 8), shade=number))


def test_a_run_measures_evaluates_and_publishes(site, settings, parts):
    report = run(site, settings)
    assert report.problems == ()
    assert report.ingest.totals.measured == 3
    # Eleven charts and two tests of positions of the stream, and the refused pictures of the site.
    assert report.monitor.evaluated == 14
    with open_snapshot(site.current) as connection:
        assert len(states(connection)) == 14
        assert latest_runs(connection, 1)[0].trigger == "test"
    assert json.loads(json.dumps(report.to_dict()))["published"] == report.published.name


def test_a_second_run_adds_nothing(site, settings, parts):
    run(site, settings)
    report = run(site, settings)
    assert (report.ingest.totals.measured, report.ingest.totals.known) == (0, 3)
    assert report.monitor.new_signals == ()
    # Readers have all there is: nothing is copied.
    assert report.published is None


def test_a_run_after_an_hour_is_published_though_nothing_changed(
    site, settings, parts, monkeypatch
):
    first = run(site, settings).published
    monkeypatch.setattr("warehouse.publish_changed.FRESH_FOR", timedelta())
    second = run(site, settings).published
    assert first is not None
    assert second is not None
    assert first != second


def test_a_decision_alone_is_published(site, settings, parts):
    first = run(site, settings).published
    with open_journal(site.journal) as journal:
        changed = replace(characteristics(journal)[0], spec_upper=9.5)
        save_characteristic(journal, changed, who="QE-4", now=NOW, reason="drawing C")
    assert run(site, settings).published not in (None, first)


def test_an_error_nobody_expected_in_one_step_skips_no_other(
    site, settings, parts, monkeypatch, caplog
):
    run(site, settings)

    def unreadable(*_arguments, **_options):
        raise duckdb.IOException("IO Error: could not read block 17")

    monkeypatch.setattr(jobs.nightly, "monitor", unreadable)
    report = run(site, settings)
    assert report.problems == ("monitor: IOException: IO Error: could not read block 17",)
    assert report.ingest is not None
    assert report.alert is not None
    assert "Traceback" in caplog.text


def test_a_refused_picture_is_counted_and_never_charted(site, settings, parts, picture):
    cut = site.inbox / "part-9.png"
    cut.write_bytes(picture()[:200])
    # Of the day before: a young file that cannot be decoded would be waited for.
    os.utime(cut, 2 * (NOW.timestamp() - 86_400,))
    report = run(site, settings)
    assert ledger_in_words(report.ingest.totals) == (
        "4 files seen = 3 measured + 1 quarantined + 0 ignored + 0 deferred + 0 known"
    )
    with open_snapshot(site.current) as connection:
        # Charts of days and of positions have no point yet; none counts a fourth part.
        assert {state.points for state in states(connection)} == {0, 3}


def test_a_missing_inbox_stops_neither_states_nor_mails(site, settings, parts):
    run(site, settings)
    shutil.rmtree(site.inbox)
    report = run(site, settings)
    assert report.failed
    assert report.ingest is None
    assert report.problems[0].startswith("ingest: ")
    assert report.monitor is not None
    assert report.alert is not None


def test_a_publish_that_fails_delays_no_alarm(site, settings, parts, monkeypatch):
    def full(*_args, **_options):
        raise PublishError("no room left for the snapshot")

    monkeypatch.setattr(jobs.nightly, "publish_changed", full)
    report = run(site, settings)
    assert report.problems == ("publish: no room left for the snapshot",)
    assert report.alert is not None


def test_a_run_in_progress_is_named_and_nothing_is_done(site, settings, parts):
    with (
        run_lock(site.lock_file, "run (by hand)"),
        pytest.raises(RunLockedError, match="by hand"),
    ):
        run(site, settings)
