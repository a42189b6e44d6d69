"""One folder of hostile and odd files, taken in once by the command."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jobs.configuration.site_setup import init_site
from tests.jobs.arrival_faults.hostile_folder import Folder
from tests.jobs.arrival_faults.odd_bmp import damaged_bmp, foreign, odd_bmp_headers
from tests.jobs.arrival_faults.odd_jpeg import damaged_jpeg, odd_colours
from tests.jobs.arrival_faults.odd_names import kinds_of_file, names
from tests.jobs.arrival_faults.odd_png import damaged_png, odd_chunks
from tests.jobs.arrival_faults.whole_pictures import dead_cameras, repeats, whole_pictures


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile") / "site"
    site = init_site(root, settings_text="[inbox]\nquiet_seconds = 0\n")
    folder = Folder(site.inbox)
    for fill in (
        kinds_of_file, names, whole_pictures, damaged_png, damaged_jpeg, damaged_bmp, foreign,
        dead_cameras, repeats, odd_chunks, odd_bmp_headers, odd_colours,
    ):  # fmt: skip
        fill(folder)
    return folder, ingested(root)


def ingested(root):
    """The report of `blemish ingest --json`, seconds, and the largest memory of the parent in MB."""
    peak = [0.0]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs", "ingest", "--site", str(root), "--json"],
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    def watch():
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            lines = status.read_text("utf-8").splitlines() if status.exists() else []
            kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
            peak[0] = max(peak[0], *[each / 1024 for each in kilobytes], 0.0)
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, said = process.communicate(timeout=300)
    watcher.join()
    assert process.returncode == 0, said.decode("utf-8", "replace")
    return json.loads(out), time.monotonic() - started, peak[0], said
