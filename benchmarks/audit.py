"""Known vulnerabilities of what is installed: `python -m benchmarks.audit`, or `make audit`.

pip-audit asks the registry of Python packages. Where that does not answer, nothing was audited: that
is said, and is no failure, so that a build without a network goes on. A known vulnerability is one,
unless `audit_ignored.toml` says why not, and until when.
"""

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

IGNORED = Path(__file__).with_name("audit_ignored.toml")
COMMAND = ("--local", "--skip-editable", "--format", "json", "--progress-spinner", "off")
LIMIT_SECONDS = 300


@dataclass(frozen=True)
class Ignored:
    """A vulnerability that does not concern us, with the reason, until a day."""

    vulnerability: str
    reason: str
    until: date


@dataclass(frozen=True)
class Found:
    """A known vulnerability of an installed package."""

    package: str
    version: str
    names: frozenset[str]
    fixed_in: tuple[str, ...]

    @property
    def words(self) -> str:
        """What is wrong, and what mends it, in a line."""
        mends = f"install {' or '.join(self.fixed_in)}" if self.fixed_in else "no version mends it"
        return f"{self.package} {self.version}: {', '.join(sorted(self.names))}; {mends}"


def read_ignored(text: str) -> list[Ignored]:
    """Return the list of what is ignored; every entry has a reason and a last day."""
    rows = [Ignored(**row) for row in tomllib.loads(text).get("ignored", [])]
    for row in rows:
        if not row.reason.strip() or not isinstance(row.until, date):
            raise ValueError(f"{row.vulnerability} is ignored without a reason or a last day")
    return rows


def read_report(text: str) -> tuple[int, list[str], list[Found]]:
    """Return how many packages were audited, the names of those that were not, and what was found.

    `text` is what pip-audit writes as JSON; where it wrote none, nothing was audited.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, [], []
    skipped = [row["name"] for row in rows if "skip_reason" in row]
    found = [
        Found(
            row["name"],
            row["version"],
            frozenset({one["id"], *one.get("aliases", ())}),
            tuple(one.get("fix_versions", ())),
        )
        for row in rows
        for one in row.get("vulns", ())
    ]
    return len(rows) - len(skipped), skipped, found


def verdict(text: str, ignored: list[Ignored], today: date) -> tuple[list[str], int]:
    """Return what is to be said of a report, and the status to end with."""
    audited, skipped, found = read_report(text)
    if not audited:
        return ["not audited: the registry of packages does not answer here"], 0
    holds = {row.vulnerability for row in ignored if today <= row.until}
    bad = [one for one in found if not one.names & holds]
    lines = [f"{audited} packages audited, {len(found)} known vulnerabilities"]
    if skipped:
        lines.append(f"not known to the registry: {', '.join(skipped)}")
    lines += [f"ignored: {one.words}" for one in found if one not in bad]
    named = {name for one in found for name in one.names}
    lines += [
        f"{row.vulnerability} is ignored, but is not there any more: remove it"
        for row in ignored
        if row.vulnerability not in named
    ]
    return [*lines, *(f"VULNERABLE {one.words}" for one in bad)], 1 if bad else 0


def main() -> int:
    """Audit what is installed beside this program."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", *COMMAND],
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        print(f"not audited: no answer in {LIMIT_SECONDS} s")
        return 0
    if "No module named pip_audit" in done.stderr:
        print("pip-audit is not installed: pip install -e '.[dev]'")
        return 1
    ignored = read_ignored(IGNORED.read_text("utf-8"))
    lines, status = verdict(done.stdout, ignored, datetime.now(UTC).date())
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
