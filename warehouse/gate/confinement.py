"""Take from the own process everything but arithmetic on what it already holds open.

Called in a child that is about to run the SQL of a stranger. Every layer holds by itself: no new
descriptor (RLIMIT_NOFILE), no file in reach (Landlock), no network (an empty network namespace), no
further process, no growing file, an end in time even when the parent is gone.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

# linux/prctl.h
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
# The account without rights, by convention of every Linux.
_NOBODY: Final = 65_534
# linux/sched.h
_CLONE_NEWIPC: Final = 0x08000000
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
# asm-generic/unistd.h: the same numbers on every architecture.
_LANDLOCK_CREATE_RULESET: Final = 444
_LANDLOCK_RESTRICT_SELF: Final = 446
_LANDLOCK_VERSION_FLAG: Final = 1
# linux/landlock.h: rights on files by version of the interface, from 1; on TCP from 4; scopes from 6.
_FILE_RIGHTS: Final = (13, 14, 15, 15, 16)
_LANDLOCK_TCP: Final = 4
_TCP_RIGHTS: Final = 0b11
_SCOPES: Final = 0b11


@dataclass(frozen=True, slots=True)
class Confinement:
    """Which layers this kernel and account allow; the resource limits always hold.

    `landlock` is the version of the kernel's interface, 0 where it has none.
    """

    no_new_privileges: bool
    namespaces: bool
    landlock: int

    @property
    def words(self) -> str:
        """What holds, in one line for a person."""
        parts = ["resource limits"]
        if self.no_new_privileges:
            parts.append("no new privileges")
        if self.namespaces:
            parts.append("network namespace")
        if self.landlock:
            parts.append(f"Landlock {self.landlock}")
        return ", ".join(parts)

    @property
    def missing(self) -> str:
        """What does not hold, in one line for a person; empty where everything does.

        Examples
        --------
        >>> Confinement(no_new_privileges=True, namespaces=False, landlock=3).missing
        'network namespace, Landlock for TCP'

        """
        held = {
            "the no-new-privileges flag": self.no_new_privileges,
            "network namespace": self.namespaces,
            "Landlock for files": self.landlock >= 1,
            "Landlock for TCP": self.landlock >= _LANDLOCK_TCP,
        }
        return ", ".join(name for name, holds in held.items() if not holds)


def die_with_parent(parent: int) -> None:
    """End this process when `parent`, its parent, ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit_resources(
    *, address_bytes: int, seconds: float, file_bytes: int, descriptors: int
) -> None:
    """Set the limits that every system has.

    Parameters
    ----------
    address_bytes
        Address space, with what is in use already.
    seconds
        Wall time from now, s; processor time is held to the next whole second.
    file_bytes
        Largest size of a file it may write; 0 for none.
    descriptors
        Numbers of descriptors from 0; those open above stay usable, new ones must lie below.

    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    # A file that may not grow is an error of whoever writes it, not the end.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    for kind, most in (
        (resource.RLIMIT_AS, address_bytes),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, descriptors),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def confine() -> Confinement:
    """Shut every door that this kernel lets an ordinary account shut; call it with one thread."""
    if not sys.platform.startswith("linux"):
        return Confinement(no_new_privileges=False, namespaces=False, landlock=0)
    _leave_root()
    privileges = _prctl(_PR_SET_NO_NEW_PRIVS, 1) == 0
    _prctl(_PR_SET_DUMPABLE, 0)
    namespaces = _libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0
    return Confinement(privileges, namespaces, _landlock() if privileges else 0)


def _leave_root() -> None:
    """Become nobody, where this is the administrator: limits on processes do not hold for those."""
    # In a container without capabilities it stays what it is, and has no rights to lose.
    with suppress(PermissionError):
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _landlock() -> int:
    """Take every right that Landlock knows and grant none; return its version."""
    syscall = _libc().syscall
    version = int(syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION_FLAG))
    if version < 1:
        return 0
    files = (1 << _FILE_RIGHTS[min(version, len(_FILE_RIGHTS)) - 1]) - 1
    words = [files]
    if version >= _LANDLOCK_TCP:
        words.append(_TCP_RIGHTS)
    if version >= 6:
        words.append(_SCOPES)
    ruleset = struct.pack(f"={len(words)}Q", *words)
    descriptor = int(syscall(_LANDLOCK_CREATE_RULESET, ruleset, len(ruleset), 0))
    if descriptor < 0:
        return 0
    done = syscall(_LANDLOCK_RESTRICT_SELF, descriptor, 0) == 0
    os.close(descriptor)
    return version if done else 0


def _prctl(option: int, value: int) -> int:
    if not sys.platform.startswith("linux"):
        return -1
    return int(_libc().prctl(option, value, 0, 0, 0))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
