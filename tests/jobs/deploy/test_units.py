"""The units of docs/deploy, read by systemd itself, and the container file's steps."""

import re
import shutil
import subprocess
import sys

import pytest

# systemd's own scale, from 0 (locked in) to 10, times ten: 2.0 is "OK" and well on the safe side.
MOST_EXPOSED = 20


@pytest.fixture
def units(tmp_path, repository):
    """The units with this Python in the place of the installed program, which is not there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze")
    found = []
    for path in sorted((repository / "docs" / "deploy").glob("blemish-*.*")):
        text = path.read_text("utf-8").replace("/opt/blemish/bin/blemish", sys.executable)
        (tmp_path / path.name).write_text(text)
        found.append(tmp_path / path.name)
    assert len(found) == 5
    return found


def test_systemd_understands_every_line_of_the_units(units):
    for unit in units:
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", unit],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr.strip()) == (0, ""), unit.name


def test_the_services_are_locked_in(units):
    for unit in (one for one in units if one.suffix == ".service"):
        done = subprocess.run(
            [
                *("systemd-analyze", "security", "--offline=true"),
                *(f"--threshold={MOST_EXPOSED}", "--no-pager", unit),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        print(done.stdout.strip().splitlines()[-1])
        assert done.returncode == 0, done.stdout


def test_the_services_may_do_what_a_querys_process_needs(units):
    if units:
        text = "\n".join(one.read_text() for one in units if one.suffix == ".service")
        assert (
            len(re.findall(r"^SystemCallFilter=.*landlock_restrict_self", text, re.MULTILINE)) == 3
        )
        assert len(re.findall(r"^RestrictNamespaces=user net ipc$", text, re.MULTILINE)) == 3
        # Their limit of processes must leave room for the template and two queries.
        assert all(int(most) >= 64 for most in re.findall(r"^TasksMax=(\d+)$", text, re.MULTILINE))


def test_the_image_holds_no_site_and_runs_without_rights(repository):
    text = (repository / "docs" / "deploy" / "Containerfile").read_text("utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER blemish$", last, re.MULTILINE)
    assert "COPY . ." not in last
    ignored = (repository / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "**/*.key", "**/*.sqlite", "**/blemish.toml"} <= set(ignored)
