"""Verify a site: ledger, archive, evidence and what is computed must agree.

The facts are checked on a copy, so nothing is held up: a run may begin while this goes on. Each
finding is one sentence.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from jobs.progress import Progress, no_progress
from jobs.upkeep.verify_archive import archive_check
from jobs.upkeep.verify_journal import decision_check, link_check, published_check, trail_check
from jobs.upkeep.verify_report import Anchor, Check, VerifyReport
from warehouse.checks import CHECKS, findings, rollup_findings
from warehouse.connection import Connection, open_master
from warehouse.errors import EvidenceError
from warehouse.evidence import EvidenceKey, read_key
from warehouse.facts_copy import copy_facts
from warehouse.journal.store import open_journal
from warehouse.seal_check import SealReport, check_seals
from warehouse.site import Site

__all__ = ["Anchor", "Check", "VerifyReport", "verify_site"]

_TITLES: Final = {
    "ledger": "ledger: every file seen is accounted for",
    "references": "references between the tables",
    "inspections": "numbers of inspections against their images and defects",
}


def verify_site(
    site: Site,
    *,
    quick: bool = False,
    anchors: Sequence[Anchor] = (),
    progress: Progress = no_progress,
) -> VerifyReport:
    """Check everything a site keeps against everything else it keeps.

    Parameters
    ----------
    quick
        Do not read the archive, only see whether its files are there.
    anchors
        Where the chains of evidence stood according to others, such as a backup.

    Raises
    ------
    WarehouseError
        The facts or the journal cannot be read at all.

    """
    checks: list[Check] = []
    with TemporaryDirectory(dir=site.warehouse, prefix=".verify-") as scratch:
        copy = Site(Path(scratch))
        copy.warehouse.mkdir()
        source = copy_facts(site, copy.master)
        key, lost = _key(site)
        if key is not None:
            # The copy is sealed anew where opening it brings its schema up to date.
            os.link(site.evidence_key, copy.evidence_key)
        with (
            open_master(copy.master) as facts,
            open_journal(site.journal) as journal,
        ):
            steps = len(CHECKS) + 6
            for number, check in enumerate(CHECKS):
                progress("verifying", number, steps)
                checks.append(Check(check, _TITLES[check], tuple(findings(facts, check))))
            computed = tuple(rollup_findings(facts))
            checks.append(Check("rollups", "rollups against the rows they sum", computed))
            sealed = None if key is None else check_seals(facts, key)
            checks.append(_evidence(sealed, lost, anchors))
            checks.append(trail_check(journal, key, sealed, anchors))
            checks.append(decision_check(journal, key))
            checks.append(link_check(journal, facts))
            checks.append(published_check(site, journal, key, Path(scratch)))
            checks.append(archive_check(site, facts, quick=quick, progress=progress))
            progress("verifying", steps, steps)
    return VerifyReport(source.kind, tuple(checks))


def facts_findings(facts: Connection, key: EvidenceKey) -> list[str]:
    """Return what the checks of the facts alone find in an open warehouse."""
    found = [sentence for check in CHECKS for sentence in findings(facts, check)]
    sealed = check_seals(facts, key)
    return [*found, *rollup_findings(facts), *_evidence(sealed, "", ()).findings]


def _key(site: Site) -> tuple[EvidenceKey | None, str]:
    try:
        key = read_key(site.evidence_key)
    except EvidenceError as error:
        return None, str(error)
    lost = (
        f"{site.evidence_key} is missing: edits by hand cannot be found; put it back from a backup"
    )
    return key, "" if key else lost


def _evidence(sealed: SealReport | None, lost: str, anchors: Sequence[Anchor]) -> Check:
    title = "seals: rows of protected tables are as they were written"
    if sealed is None:
        return Check("seals", title, (lost,))
    said = [
        f"{one.table}, {one.part or 'all'}: rows were edited, added or removed by hand"
        + (f" ({one.rows:+d} rows)" if one.rows else "")
        for one in sealed.disagreements
    ]
    if sealed.broken is not None:
        said.append(f"seal {sealed.broken} was edited or removed: the chain breaks there")
    for anchor in anchors:
        length, mac = anchor.seal_length, anchor.seal_head
        if length and (len(sealed.macs) < length or sealed.macs[length - 1] != mac):
            said.append(f"the seals are not those that {anchor.source} knew: {length} of them")
    return Check("seals", title, tuple(said), f"{sealed.sealed} rows")


def as_dict(report: VerifyReport) -> dict[str, Any]:
    """Return plain values for `--json`."""
    return {
        "whole": report.whole,
        "facts_from": report.facts_from,
        "checks": [
            {
                "check": check.name,
                "title": check.title,
                "findings": list(check.findings),
                "note": check.note,
            }
            for check in report.checks
        ],
    }
