"""Write parts into a site until ended, as a night's batch does: one DuckDB thread, least priority.

    python -m benchmarks.dashboard_writer SITE SECONDS

Publishes after every few thousand parts. Ends by itself after SECONDS at the latest.
"""

import os
import sys
import time
from pathlib import Path

from benchmarks.warehouse_rows import batch_of
from warehouse.batch import write_batch
from warehouse.connection import open_master
from warehouse.publish import publish
from warehouse.site import Site

PARTS = 1_000
ROUNDS = 5
FIRST = 50_000_000


def main() -> None:
    """Write and publish until the time is over."""
    site, seconds = Site(Path(sys.argv[1])), float(sys.argv[2])
    os.nice(19)
    ends, first = time.monotonic() + seconds, FIRST + int(time.time()) % 10_000_000
    while time.monotonic() < ends:
        with open_master(site.master) as connection:
            connection.execute("SET threads = 1")
            for _ in range(ROUNDS):
                write_batch(connection, batch_of(PARTS, first=first))
                first += PARTS
                print(first, flush=True)
                if time.monotonic() >= ends:
                    return
        publish(site)


if __name__ == "__main__":
    main()
