"""One run at a time: the second says who runs, a kill frees the site, a reader delays nobody."""

import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from jobs.nightly import run_once
from warehouse.connection import open_master, open_snapshot
from warehouse.lock import lock_holder
from warehouse.runs import latest_runs

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
HELD = (
    r"blemish: (run( \d+)? in progress since \d{4}-\d\d-\d\d \d\d:\d\d UTC, "
    r"pid (\d+) \(ingest\)|a run holds .*)"
)

SESSION = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
count = lambda: print(connection.execute("SELECT count(*) FROM image").fetchone()[0], flush=True)
count()
sys.stdin.readline()
count()
"""


def test_e06_of_two_runs_at_once_one_works_and_the_other_names_it(
    plant, second_plant, site, deliver
):
    rounds, named = 20, 0
    for number, delivery in enumerate(deliver(rounds, parts=2)):
        delivery.put(site.inbox)
        started = [each.start(site, order=number) for each in (plant, second_plant)]
        ended = [plant.end(), second_plant.end()]
        assert sorted(ended) == [0, 2]
        loser = (plant, second_plant)[ended.index(2)]
        said = re.fullmatch(HELD, loser.log.read_text().strip().splitlines()[-1])
        assert said
        # Without a number only in the instant before the holder has written its name.
        named += said[3] == str(started[ended.index(0)])
        assert lock_holder(site.lock_file) is None
    with open_master(site.master) as connection:
        runs = latest_runs(connection, 100)
        counts = connection.execute("SELECT count(*), count(DISTINCT image_id) FROM image")
        images, different = counts.fetchone()
    print(f"\n{rounds} rounds of two runs: {len(runs)} worked, {named} refusals named the holder")
    assert len(runs) == rounds
    assert {run.error for run in runs} == {None}
    assert images == different == 5 * rounds
    assert named >= rounds - 2


def test_h11_a_killed_run_is_shown_as_interrupted_and_the_next_completes_it(plant, site, deliver):
    deliver(1)[0].put(site.inbox)
    pid = plant.start(site)
    # One look decides: between two of them the holder may be writing its name.
    while (holder := lock_holder(site.lock_file)) is None or holder.run_id is None:
        pass
    assert plant.kill(pid) == -9
    assert lock_holder(site.lock_file) is None
    plant.start(site)
    assert plant.end() == 0
    with open_master(site.master) as connection:
        newest, killed = latest_runs(connection)
    assert (killed.error, newest.error, newest.measured) == ("interrupted", None, 9)
    assert killed.finished_at is not None


@pytest.mark.usefixtures("in_process")
def test_e05_an_engineers_session_delays_no_night(site, settings, deliver):
    made = deliver(4, parts=1)
    made[0].put(site.inbox)
    run_once(site, settings, trigger="test", clock=lambda: NOW)
    session = subprocess.Popen(
        [sys.executable, "-c", SESSION, str(site.current)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert session.stdout.readline() == "4\n"
        for delivery in made[1:]:
            delivery.put(site.inbox)
            report = run_once(site, settings, trigger="test", clock=lambda: NOW)
            assert report.problems == ()
            assert report.published is not None
    finally:
        after = session.communicate("\n")[0]
    # Its own snapshot is pruned by now, and still whole for it.
    assert (after, session.returncode) == ("4\n", 0)
    with open_snapshot(site.current) as connection:
        assert connection.execute("SELECT count(*) FROM image").fetchone() == (16,)
