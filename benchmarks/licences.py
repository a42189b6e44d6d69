"""The dependencies of the installed program with their licences: `python -m benchmarks.licences`.

From the metadata of what is installed: what `pip install blemish` brings, and what that brings. The
table of docs/licences.md is made by it.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

HEAD = """\
# Dependencies and their licences

What `pip install blemish` brings, with the versions of the machine that made this page:
`python -m benchmarks.licences docs/licences.md`. Extras (training, OpenVINO, tests) are not in it.

| package | version | licence |
| --- | --- | --- |
"""
LONGEST = 60
# A licence's own text in place of its name.
KNOWN = {"BSD 3-Clause License": "BSD-3-Clause", "MIT License": "MIT", "BSD License": "BSD"}


def needed(name: str) -> dict[str, Distribution]:
    """Return the package and all it needs here, by name; what is not installed is not needed."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        one = normal(waiting.pop())
        if one in found:
            continue
        try:
            found[one] = distribution(one)
        except PackageNotFoundError:
            continue
        wanted = [Requirement(line) for line in found[one].requires or []]
        waiting += [
            each.name
            for each in wanted
            if each.marker is None or each.marker.evaluate({"extra": ""})
        ]
    return found


def normal(name: str) -> str:
    """Return the one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(package: Distribution) -> str:
    """Return the licence of a package: its SPDX expression, else its classifiers, else its own word."""
    fields = package.metadata
    if expression := fields.get("License-Expression"):
        return str(expression)
    classified = [
        line.rsplit(" :: ", 1)[-1]
        for line in fields.get_all("Classifier") or []
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    said = " and ".join(classified) or str(fields.get("License") or "").split("\n")[0].strip()
    return KNOWN.get(said, said)[:LONGEST] or "not stated"


def table() -> str:
    """Return the page."""
    rows = [
        f"| {package.metadata['Name']} | {package.version} | {licence(package)} |\n"
        for name, package in sorted(needed("blemish").items())
        if name != "blemish"
    ]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(table(), "utf-8")
    else:
        sys.stdout.write(table())
