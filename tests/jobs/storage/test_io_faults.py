"""Each call that changes a file fails once, or is the last one before a kill; nothing is lost.

A library preloaded into the run counts every write, truncation, fsync, rename, unlink, link and new
folder below the site, those of the database among them, and lets the n-th fail with "no space left",
with an input/output error, or kills the process before it. It needs a C compiler; where there is
none these tests are skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from jobs.ingest import ingest
from warehouse.publish import publish

KINDS = ("ENOSPC", "EIO", "kill")

# One order on stdin: copy the site, run with the fault, run again without, say what is there.
DRIVER = """
import contextlib, ctypes, hashlib, json, os, shutil, sys
from concurrent.futures import Future
from pathlib import Path
import jobs.measurement.measuring, jobs.measurement.replay
from inference.segmenter import Segmenter
from jobs.ingest import ingest
from jobs.measurement.worker import Ready, Task, measure
from jobs.settings import read_settings
from warehouse.connection import open_master, open_snapshot
from warehouse.facts_export import export_digest
from warehouse.publish import publish
from warehouse.site import Site

template, work = Path(sys.argv[1]), Path(sys.argv[2])
# Answers go by a way of their own: whatever a library says on a slow machine is no answer.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
os.environ["FAULT_ROOT"] = str(work)
shim = ctypes.CDLL(None)

class Pool:
    def __init__(self, plan):
        self.plan, self.segmenter = plan, Segmenter(plan.model)
    def model(self):
        return Ready(self.segmenter.model_id, self.segmenter.contract)
    def submit(self, data, um_per_px=None):
        answer = Future()
        answer.set_result(measure(Task(data, um_per_px), self.segmenter, self.plan.rules))
        return answer

@contextlib.contextmanager
def pool(plan):
    yield Pool(plan)

jobs.measurement.measuring.measuring_pool = jobs.measurement.replay.measuring_pool = pool

def night(site, steps):
    if "ingest" in steps:
        ingest(site, read_settings(site.settings_file))
    if "publish" in steps:
        publish(site)

def in_fork(work):
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.write(writing, (work() or "").encode())
            status = 0
        except BaseException as error:
            os.write(writing, repr(error)[:2000].encode())
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as file:
        said = file.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said

def faulty(site, steps, n, kind):
    def run():
        if "child" in steps:
            # The process that copies inherits these, and counts on its own.
            os.environ.update(FAULT_AT=str(n), FAULT_KIND=str(kind))
            publish(site)
            return ""
        shim.fault_arm(n, kind)
        try:
            night(site, steps)
        finally:
            calls = shim.fault_count()
            shim.fault_arm(-1, 0)
        return str(calls)
    return run

def readable(site):
    with open_snapshot(site.current) as connection:
        return export_digest(connection)

def whole(site, steps):
    def run():
        before = readable(site) if site.current.exists() else ""
        night(site, steps)
        with open_master(site.master) as connection:
            digest = export_digest(connection)
        published = readable(site) if "publish" in steps else ""
        left = sorted(
            path.name for folder in (site.archive, site.warehouse, site.quarantine)
            for path in folder.rglob(".*")
        )
        return json.dumps({"before": before, "digest": digest, "published": published, "left": left})
    return run

for line in sys.stdin:
    steps, n, kind = json.loads(line)
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(template, work, symlinks=True)
    site = Site(work)
    status, said = in_fork(faulty(site, steps, n, kind))
    after, found = in_fork(whole(site, steps))
    print(json.dumps({"status": status, "said": said, "after": after, "found": found}), file=answers, flush=True)
"""


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler: the calls of the database cannot be made to fail")
    source = Path(__file__).with_name("faults.c")
    library = tmp_path_factory.mktemp("shim") / "faults.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return library


@pytest.fixture
def parts(site, deliver):
    """A site whose inbox has parts of one and two views, twins, and files that are refused."""
    (delivery,) = deliver(1, parts=4)
    left_out = ("P00-2.png", "P00-3.png", "P02.png", "P03.png", "note.png", "readme.txt")
    kept = [path for path in delivery.files if not path.endswith(left_out)]
    delivery.files = {path: delivery.files[path] for path in kept}
    delivery.put(site.inbox)
    return site


@pytest.fixture
def attempt(shim, parts, tmp_path, repository):
    """Makes the steps on a copy of the site with a fault at call `n`, and once more without."""
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(parts.root), str(tmp_path / "work")],
        cwd=repository,
        env=os.environ | {"LD_PRELOAD": str(shim)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def run(steps, n, kind):
        process.stdin.write(json.dumps([steps, n, KINDS.index(kind)]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield run
    process.communicate()


def failures(attempt, steps, expected, numbers, *, every_kind):
    """Try faults at the calls `numbers`; return what was tried, and what differs afterwards."""
    tried, broken = Counter(), []
    for turn, number in enumerate(numbers):
        for kind in KINDS if every_kind else (KINDS[turn % len(KINDS)],):
            outcome = attempt(steps, number, kind)
            tried[kind] += 1
            found = json.loads(outcome["found"]) if outcome["after"] == 0 else {}
            before = found.pop("before", None)
            if found != expected or before not in ("", expected["published"]):
                broken.append((number, kind, outcome))
    return tried, broken


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.soak)])
def test_e07_whichever_call_of_an_ingest_fails_the_next_one_has_everything(step, attempt):
    calm = attempt(["ingest"], 0, "ENOSPC")
    calls, expected = int(calm["said"]), json.loads(calm["found"])
    del expected["before"]
    assert expected["left"] == []
    numbers = range(1, calls + 1, step)
    tried, broken = failures(attempt, ["ingest"], expected, numbers, every_kind=step == 1)
    print(
        f"\ningest: {calls} calls change files; tried every {step}.: {dict(tried)}; "
        f"{len(broken)} lost something"
    )
    assert broken == []
    assert attempt(["ingest"], calls + 1, "kill")["status"] == 0


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.soak)])
def test_e07_whichever_call_of_publishing_fails_the_link_names_a_whole_file(
    step, attempt, parts, settings
):
    ingest(parts, settings)
    publish(parts)
    calm = attempt(["publish"], 0, "ENOSPC")
    calls, expected = int(calm["said"]), json.loads(calm["found"])
    assert expected.pop("before") == expected["published"] == expected["digest"]
    numbers = range(1, calls + 1, step)
    tried, broken = failures(attempt, ["publish"], expected, numbers, every_kind=step == 1)
    copied, number = Counter(), 1
    for number in range(1, 100, step):
        outcome = attempt(["publish", "child"], number, KINDS[number // step % len(KINDS)])
        copied[outcome["status"]] += 1
        found = json.loads(outcome["found"])
        if (found.pop("before"), found) != (expected["published"], expected):
            broken.append((number, "in the copy", outcome))
        if outcome["status"] == 0:
            break
    print(
        f"\npublish: {calls} calls change files, about {number - 1} in the process that copies; "
        f"tried every {step}.: {dict(tried)} and {copied[1]} in the copy; "
        f"{len(broken)} left no whole file"
    )
    assert broken == []
    assert copied[0] == 1
