"""A plant whose inbox has everything that arrives in practice, and a process that runs and dies."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from warehouse.connection import open_master
from warehouse.facts_export import EXPORTED, export_facts
from warehouse.site import Site

DAY_S = 1_772_438_400  # 2 March 2026, 08:00 UTC

# Imports everything once; each order on stdin is done by a fork of it, which may be killed.
DRIVER = """
import json, os, random, sys
import jobs.cli, jobs.ingest, jobs.nightly, jobs.commands.do_ingest, jobs.commands.do_run
import jobs.measurement.plan, jobs.measurement.pool, jobs.measurement.steps

def child(order):
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    jobs.measurement.plan.BATCH_IMAGES = order["batch"]
    scan = jobs.measurement.steps.scan_inbox
    def shuffled(*arguments):
        found = list(scan(*arguments))
        random.Random(order["order"]).shuffle(found)
        return found
    jobs.measurement.steps.scan_inbox = shuffled
    return jobs.cli.main(order["argv"])

print("ready", flush=True)
for line in sys.stdin:
    order = json.loads(line)
    pid = os.fork()
    if not pid:
        status = 70
        try:
            status = child(order)
        finally:
            os._exit(status)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@dataclass
class Delivery:
    """Files that arrive together: whole parts with all that belongs to them."""

    files: dict[str, bytes] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def add(self, path: str, data: bytes, second: int) -> None:
        self.files[path] = data
        self.times[path] = DAY_S + second

    def put(self, inbox: Path) -> None:
        """Let the files arrive; in two inboxes they are the same to the nanosecond."""
        for path, data in self.files.items():
            target = inbox / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            os.utime(target, ns=(self.times[path] * 10**9,) * 2)


class Plant:
    """Deliveries, the sites they go to, and runs that may be killed."""

    def __init__(self, driver, log):
        self.driver = driver
        self.log = log

    def start(self, site, *, batch=64, order=0, command="ingest"):
        argv = [command, "--site", str(site.root)]
        line = {"argv": argv, "batch": batch, "order": order, "log": str(self.log)}
        self.driver.stdin.write(json.dumps(line) + "\n")
        self.driver.stdin.flush()
        return int(self.driver.stdout.readline())

    def end(self):
        """Wait for the run that was started; return its exit status, negative for a signal."""
        return int(self.driver.stdout.readline())

    def kill(self, pid):
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            # Between its fork and its own session, or at its end.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return self.end()


def deliveries(picture, number, *, seed=1, parts=6):
    """Make `number` deliveries: named and manifested parts, views, twins, conflicts, damaged files."""
    chance = random.Random(seed)
    made = []
    shade = 0
    for day in range(number):
        delivery = Delivery()
        rows = ["part_id,image,captured_at,lot,station,view"]
        for part in range(parts):
            name = f"D{day:02}P{part:02}"
            second = day * 4000 + part * 20
            stains = [(10 + 8 * chance.randrange(5), 20, chance.randrange(3, 9))]
            views = 1 + 3 * (part % 3 == 0)
            for view in range(views):
                shade += 1
                data = picture(*stains, shade=shade)
                if part % 2:
                    delivery.add(f"day{day:02}/{name}.png", data, second)
                else:
                    path = f"cam/{name}-{view}.png"
                    delivery.add(path, data, second + view)
                    at = f"2026-03-{2 + day // 20:02}T{day % 20:02}:{part:02}:{view:02}+00:00"
                    rows.append(f"{name},{path},{at},lot-{day % 3},S1,{view // 2}x{view % 2}")
            if part == 1:
                delivery.add(f"day{day:02}/{name}_again.png", data, second + 3000)
            if part == 3:
                delivery.add(f"day{day:02}/{name}_cut.png", data[: len(data) // 2], second)
                delivery.add(f"day{day:02}/{name}_note.png", b"no picture", second)
        shade += 2
        first, second_view = picture((5, 5, 4), shade=shade), picture((5, 5, 7), shade=shade + 1)
        delivery.add(f"day{day:02}/twice.png", first, day * 4000 + 2000)
        delivery.add(f"day{day:02}/twice.jpg", second_view, day * 4000 + 2000)
        delivery.add(f"day{day:02}/readme.txt", b"hello", day * 4000)
        delivery.add(f"manifest-{day:02}.csv", "\n".join(rows).encode() + b"\n", day * 4000)
        made.append(delivery)
    return made


def export(site, *, ledger=True):
    tables = set(EXPORTED) if ledger else set(EXPORTED) - {"arrival"}
    with open_master(site.master) as connection:
        return "".join(export_facts(connection, tables=tables))


def started_driver(repository):
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.communicate()


@pytest.fixture(scope="session")
def driver(repository):
    yield from started_driver(repository)


@pytest.fixture(scope="session")
def second_driver(repository):
    yield from started_driver(repository)


@pytest.fixture
def plant(driver, tmp_path):
    return Plant(driver, tmp_path / "log")


@pytest.fixture
def second_plant(second_driver, tmp_path):
    """The same, at the same time."""
    return Plant(second_driver, tmp_path / "second_log")


@pytest.fixture
def new_plant_site(tmp_path, new_site):
    """Makes new sites."""

    def make(name):
        return Site(Path(shutil.copytree(new_site, tmp_path / name)))

    return make


@pytest.fixture
def deliver(picture):
    """Makes deliveries."""
    return lambda number, **options: deliveries(picture, number, **options)


@pytest.fixture
def facts():
    """Exports the facts of a site."""
    return export
