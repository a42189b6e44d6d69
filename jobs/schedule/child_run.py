"""One run in a process of its own: it may hang, crash or eat memory without harm to the pages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from warehouse.site import Site

LONGEST_OUTCOME = 500


@dataclass(slots=True)
class ChildRun:
    """A run that was started; poll it now and then."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]
    started_at: datetime

    def finished(self) -> bool:
        """Whether the process has ended."""
        return self.process.poll() is not None

    @property
    def succeeded(self) -> bool:
        """Whether it ended well: exit status 0."""
        return self.process.returncode == 0

    def outcome(self) -> str:
        """Return what the run said of itself, in one line; call it once, at the end.

        A run that ended well tells its ledger first; one that did not tells its problem last.
        """
        with self.output:
            self.output.seek(0)
            text = self.output.read().decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        code = self.process.returncode
        if code == 0:
            return lines[0][:LONGEST_OUTCOME] if lines else "done"
        how = f"killed by signal {-code}" if code < 0 else f"exit status {code}"
        return f"{how}: {lines[-1]}"[:LONGEST_OUTCOME] if lines else how

    def kill(self) -> None:
        """End the process and all it started, wait for it, and forget what it said."""
        try:
            # The run leads a session of its own: its measuring processes go with it.
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError, AttributeError):
            self.process.kill()
        self.process.wait()
        self.output.close()


def start_child(command: list[str], *, now: datetime) -> ChildRun:
    """Start `command` in a session of its own, its messages kept in a temporary file."""
    # A pipe that nobody reads fills up and stops the run; a file does not.
    output = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the run
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError:
        output.close()
        raise
    return ChildRun(process=process, output=output, started_at=now)


def run_command(site: Site, trigger: str) -> list[str]:
    """Return the command line of one run of `site`."""
    root = str(Path(site.root).resolve())
    return [sys.executable, "-m", "jobs", "run", "--site", root, "--trigger", trigger]
