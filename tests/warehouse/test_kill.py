"""A process that is killed while it writes leaves whole batches only."""

import random
import subprocess
import sys
import time

from warehouse.connection import open_master

# Batch n holds part n of 40 defects; the child prints n when its commit has returned.
WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from warehouse.batch import Batch, write_batch
from warehouse.connection import open_master
from warehouse.records import ArrivalRow, DefectRow, ImageRow, InspectionRow

START = datetime(2026, 3, 2, tzinfo=UTC)
PLACE = ("L1", "S1", "T1", "HS", None)

def batch(n):
    at = START + timedelta(minutes=n)
    image = ImageRow(f"i{n}", 1, f"p{n}", f"part{n}", None, None, f"{n}.png", *PLACE, at,
                     "manifest", None, 100, 100, "PNG", "m", 1, 1.0, 1.0, 1.0, 1.0, 1.0, None, 1.0)
    defects = tuple(
        DefectRow(f"i{n}", 1, k, "stain", 1.0, 2, *[1.0] * 9, 1, 1, 1, 1, 0.5, 0.5, 0.5)
        for k in range(1, 41)
    )
    inspection = InspectionRow(f"p{n}", 1, f"part{n}", *PLACE, at, "m", 1, None, 1, 40, 1.0,
                               None, None, None, 80.0, 0.8, 0, 0.0, 0.0, 0.0,
                               None, None, None, None, 10_000, None, ())
    arrival = ArrivalRow(f"{n}.png", 1, "measured", "", f"i{n}", 1, 1, 1, at, 1, "")
    return Batch((arrival,), (image,), defects, (inspection,))

with open_master(Path(sys.argv[1])) as connection:
    for n in range(10_000):
        write_batch(connection, batch(n))
        print(n, flush=True)
"""

CONSISTENT = """
    SELECT
        (SELECT count(*) FROM image),
        (SELECT count(*) FROM inspection),
        (SELECT count(*) FROM arrival),
        (SELECT count(*) / 40 FROM defect),
        (SELECT coalesce(sum(n), 0) FROM daily_rollup WHERE metric = 'stain_count'),
        (SELECT coalesce(sum(parts), 0) FROM location_rollup)
"""


def test_a_kill_at_any_moment_loses_no_confirmed_batch_and_leaves_no_half(site):
    chance = random.Random(7)
    confirmed = 0
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(site.master)], stdout=subprocess.PIPE, text=True
        )
        lines = [writer.stdout.readline()]
        time.sleep(chance.uniform(0.0, 0.3))
        writer.kill()
        lines += writer.communicate()[0].split()
        confirmed = max([confirmed, *(int(line) + 1 for line in lines)])
        with open_master(site.master) as connection:
            counts = connection.execute(CONSISTENT).fetchone()
        assert len(set(counts)) == 1, counts
        # One more may have been committed before the kill cut off its message.
        assert confirmed <= counts[0] <= confirmed + 1
        confirmed = counts[0]


def test_a_deleted_and_inserted_key_survives_a_kill(site):
    write = """
        import os, sys
        from pathlib import Path
        from warehouse.connection import open_master
        with open_master(Path(sys.argv[1])) as connection:
            for _ in range(3):
                connection.execute("BEGIN")
                connection.execute("DELETE FROM schema_version WHERE version = 0")
                connection.execute("INSERT INTO schema_version (version, name) VALUES (0, 'x')")
                connection.execute("COMMIT")
            os._exit(9)
    """
    script = "\n".join(line[8:] for line in write.splitlines())
    subprocess.run([sys.executable, "-c", script, str(site.master)], check=False)
    with open_master(site.master) as connection:
        found = connection.execute("SELECT name FROM schema_version WHERE version = 0").fetchall()
    assert found == [("x",)]
