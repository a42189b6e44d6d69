from datetime import UTC, date, datetime, timedelta

import pytest

from warehouse.errors import UnknownRowError
from warehouse.journal.scheduler import (
    finish_request,
    last_plant_day,
    latest_requests,
    recall,
    record_plant_day,
    remember,
    request_run,
    take_request,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_the_last_plant_day_never_goes_back(journal):
    assert last_plant_day(journal) is None
    for day in (date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 2)):
        record_plant_day(journal, day, now=NOW)
    assert last_plant_day(journal) == date(2026, 3, 3)


def test_a_second_request_is_the_one_that_waits(journal):
    first = request_run(journal, who="QE-4", now=NOW)
    second = request_run(journal, who="QE-7", now=NOW + timedelta(minutes=1))
    assert second == first
    assert (first.requested_by, first.state) == ("QE-4", "waiting")


def test_a_request_is_taken_once_and_finished(journal):
    assert take_request(journal, now=NOW) is None
    asked = request_run(journal, who="QE-4", now=NOW)
    taken = take_request(journal, now=NOW + timedelta(seconds=5))
    assert (taken.request_id, taken.state) == (asked.request_id, "running")
    assert take_request(journal, now=NOW) is None
    # While one runs, another may be asked for.
    assert request_run(journal, who="QE-7", now=NOW).request_id != asked.request_id
    end = NOW + timedelta(minutes=2)
    finish_request(journal, asked.request_id, now=end, failed=True, outcome="disk full")
    newest, oldest = latest_requests(journal)
    assert (oldest.state, oldest.finished_at, oldest.outcome) == ("failed", end, "disk full")
    assert newest.state == "waiting"
    assert latest_requests(journal, limit=1) == [newest]


def test_only_a_running_request_can_be_finished(journal):
    asked = request_run(journal, who="QE-4", now=NOW)
    with pytest.raises(UnknownRowError, match=f"no run request {asked.request_id} in progress"):
        finish_request(journal, asked.request_id, now=NOW, failed=False, outcome="done")


def test_what_is_remembered_is_the_newest(journal):
    assert recall(journal, "last failure") is None
    for text in ("first", "second"):
        remember(journal, "last failure", text, now=NOW)
    assert recall(journal, "last failure") == "second"
