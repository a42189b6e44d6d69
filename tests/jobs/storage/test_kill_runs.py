"""Runs are killed at random moments; what is stored in the end is as if nothing had happened."""

import random
import re
import subprocess
import sys
import time

import pytest

from warehouse.connection import open_master

CONSISTENT = """
    SELECT
        (SELECT count(*) FROM image) AS images,
        (SELECT count(DISTINCT image_id) FROM image) AS different,
        (SELECT count(*) FROM latest_inspection) AS passes,
        (SELECT sum(views_present) FROM latest_inspection) AS views,
        (SELECT count(*) FROM arrival WHERE outcome = 'measured') AS measured,
        (SELECT sum(n) FROM daily_rollup WHERE metric = 'stain_count') AS rolled_up
"""

# Says, since the start of the interpreter, when the first picture goes to a measuring process: by
# the clock, and in seconds of the processor, which other programs on the machine do not change.
TIMED = """
import time
began = time.monotonic()
import sys
from jobs.cli import main
from jobs.measurement.pool import MeasuringPool
submit = MeasuringPool.submit
def first(self, *arguments):
    MeasuringPool.submit = submit
    took = time.monotonic() - began
    print("measuring after", took, time.process_time(), file=sys.stderr, flush=True)
    return submit(self, *arguments)
MeasuringPool.submit = first
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("kills", [15, pytest.param(200, marks=pytest.mark.soak)])
def test_e01_killed_runs_lose_nothing_repeat_nothing_and_leave_no_half(
    kills, plant, new_plant_site, deliver, facts, repository
):
    chance = random.Random(20260302)
    made = deliver(min(kills, 40))
    undisturbed, killed = new_plant_site("undisturbed"), new_plant_site("killed")
    for delivery in made:
        delivery.put(undisturbed.inbox)
    plant.start(undisturbed)
    assert plant.end() == 0, plant.log.read_text()
    hits = [_killed_run(plant, killed, made, number, chance) for number in range(kills)]
    for delivery in made:
        delivery.put(killed.inbox)
    last = subprocess.run(
        [sys.executable, "-c", TIMED, "ingest", "--site", str(killed.root)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"measuring after (\S+) (\S+)", last.stderr)
    by_clock, recovery = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    with open_master(killed.master) as connection:
        images, different, passes, views, measured, rolled_up = connection.execute(
            CONSISTENT
        ).fetchone()
        interrupted = connection.execute(
            "SELECT count(*) FROM ingest_run WHERE error = 'interrupted'"
        ).fetchone()[0]
    lost = facts(undisturbed).count('"table": "image"') - different
    print(
        f"\n{kills} kills, {sum(hits)} within a run, {interrupted} runs shown as interrupted: "
        f"{images} images, {lost} lost, {images - different} duplicated, "
        f"{abs(images - views)} views in half parts; "
        f"recovery {by_clock:.1f} s, {recovery:.1f} s of the processor"
    )
    assert (lost, images - different, images - views) == (0, 0, 0)
    assert (measured, rolled_up) == (images, passes)
    assert facts(killed) == facts(undisturbed)
    assert recovery <= 5
    assert sum(hits) >= kills // 2


def _killed_run(plant, site, made, number, chance):
    """Deliver, start a run of its own batch size and order, kill it; True where it was hit."""
    if number < len(made):
        made[number].put(site.inbox)
    before = {path.name for path in (site.archive / "commits").glob("*")}
    pid = plant.start(site, batch=chance.choice([1, 5, 17]), order=number)
    if number % 3:
        # Around a commit: from the note that precedes it to a little after.
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if {path.name for path in (site.archive / "commits").glob("*")} - before:
                break
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.06))
    else:
        time.sleep(chance.uniform(0.0, 2.0))
    return plant.kill(pid) < 0
