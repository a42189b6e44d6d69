"""The machine: clock, memory and shared memory, as they should be or not."""

import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from jobs.upkeep.finding import Finding

_CLOCK_S: Final = 5.0
_MEMORY_MB: Final = 1500
_SHM_MB: Final = 64
_MEMINFO: Final = Path("/proc/meminfo")
_SHM: Final = Path("/dev/shm")  # noqa: S108 - looked at, never written
_CGROUP: Final = Path("/sys/fs/cgroup/memory.max")


def machine_findings(now: datetime, *, folder: Path | None = None) -> Iterator[Finding]:
    """Look over clock and memory.

    Parameters
    ----------
    now
        The clock of this machine.
    folder
        On the volume whose clock counts: that of the site.

    """
    yield _clock(now, folder)
    yield _memory()
    yield _shared_memory()


def _clock(now: datetime, folder: Path | None) -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".clock-") as file:
            beside = Path(file.name).stat().st_mtime - time.time()
    except OSError as error:
        return Finding("clock", f"{folder} takes no file: {error}", "give the service the folder")
    seen = f"{now:%Y-%m-%d %H:%M:%S} UTC, that of the volume differs by {abs(beside):.1f} s"
    off = abs(beside) > _CLOCK_S
    return Finding(
        "clock", seen, "synchronise both by NTP (timedatectl set-ntp true)" if off else ""
    )


def _memory() -> Finding:
    limits = {"machine": _available_mb()}
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        limits["address space limit"] = soft / 1e6
    if _CGROUP.is_file() and (text := _CGROUP.read_text("ascii").strip()).isdigit():
        limits["container limit"] = int(text) / 1e6
    name, least = min(limits.items(), key=lambda item: item[1])
    short = least < _MEMORY_MB
    advice = f"give it {_MEMORY_MB} MB, or set [inference] workers = 1"
    return Finding("memory", f"{least:.0f} MB available ({name})", advice if short else "")


def _available_mb() -> float:
    if not _MEMINFO.is_file():
        return float("inf")
    for line in _MEMINFO.read_text("ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1000
    return float("inf")


def _shared_memory() -> Finding:
    if not _SHM.is_dir():
        return Finding("shared memory", "there is no /dev/shm", "mount tmpfs at /dev/shm")
    free = shutil.disk_usage(_SHM).free / 1e6
    advice = f"enlarge /dev/shm (docker run --shm-size={_SHM_MB}m)"
    return Finding("shared memory", f"{free:.0f} MB free", advice if free < _SHM_MB else "")
