"""The program itself: Python, packages and their versions, nothing foreign in our place."""

import locale
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from jobs.upkeep.finding import Finding
from jobs.upkeep.program import program_version

OURS: Final = ("dashboard", "inference", "jobs", "spc", "warehouse")
_PYTHON: Final = (3, 11)


def program_findings() -> Iterator[Finding]:
    """Look over the interpreter and the packages."""
    running = sys.version.split()[0]
    old = "" if sys.version_info >= _PYTHON else "install Python 3.11 or newer"
    yield Finding("python", f"{running} at {sys.executable}", old)
    yield Finding("program", program_version())
    yield from _packages()
    yield from foreign_packages()
    encoding = f"{sys.getfilesystemencoding()}, {locale.getpreferredencoding(do_setlocale=False)}"
    utf8 = encoding.lower().replace("-", "") == "utf8, utf8"
    yield Finding(
        "encoding", encoding, "" if utf8 else "set LANG=C.UTF-8 (or PYTHONUTF8=1) for the service"
    )


def _packages() -> Iterator[Finding]:
    try:
        needed = [Requirement(text) for text in requires("blemish") or ()]
    except PackageNotFoundError:
        yield Finding("packages", "not installed: run from a checkout")
        return
    wrong = []
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    for one in needed:
        try:
            found = version(one.name)
        except PackageNotFoundError:
            wrong.append(f"{one.name} is missing")
            continue
        if not one.specifier.contains(found, prereleases=True):
            wrong.append(f"{one.name} {found} is not {one.specifier}")
    seen = "; ".join(wrong) or f"{len(needed)} packages in the versions this program was made for"
    yield Finding("packages", seen, "pip install --force-reinstall blemish" if wrong else "")


def foreign_packages(here: Path | None = None) -> Iterator[Finding]:
    """Name what has overwritten one of our packages: their names are common words.

    Parameters
    ----------
    here
        The folder our packages lie in; that of this module unless given.

    """
    here = here or Path(__file__).resolve().parents[2]
    owners = packages_distributions()
    wrong = []
    for name in OURS:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent.parent != here:
            wrong.append(f"{name} is loaded from {origin or 'nowhere'}")
        others = sorted(set(owners.get(name, ())) - {"blemish"})
        wrong += [f"the package {other} has a {name} of its own" for other in others]
    seen = "; ".join(wrong) or f"{', '.join(OURS)} are ours"
    advice = "pip uninstall the foreign package, then pip install --force-reinstall blemish"
    yield Finding("foreign packages", seen, advice if wrong else "")
