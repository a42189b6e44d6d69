"""`blemish serve` as a process of its own, as it runs for years."""

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from warehouse.journal.accounts import add_account
from warehouse.journal.store import open_journal
from warehouse.site import Site

PASSWORD = "four words nobody expects"
ACCESS = """
[access]
https = true
proxy_addresses = ["127.0.0.1"]
proxy_header = "X-Forwarded-User"
proxy_role = "none"
"""
SECONDS = 60


def ended(process):
    process.send_signal(signal.SIGTERM)
    try:
        return process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


@pytest.fixture(scope="module")
def pages(tmp_path_factory, new_site, repository):
    """`blemish serve` for a proxy on this machine; what it logs is in a file."""
    folder = tmp_path_factory.mktemp("behind")
    site = Site(shutil.copytree(new_site, folder / "site"))
    text = site.settings_file.read_text("utf-8")
    site.settings_file.write_text(text + ACCESS)
    with open_journal(site.journal) as journal:
        add_account(
            journal, "QE Four", "engineer", password=PASSWORD, who="test", now=datetime.now(UTC)
        )
    log = folder / "log"
    command = [sys.executable, "-m", "jobs", "serve", "--site", str(site.root), "--port", "0"]
    with log.open("w") as stream:
        process = subprocess.Popen(
            command, cwd=repository, stdout=subprocess.PIPE, stderr=stream, text=True
        )
        port = int(process.stdout.readline().rpartition(":")[2])
        yield port, log
        ended(process)
