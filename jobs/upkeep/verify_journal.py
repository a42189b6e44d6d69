"""Checks of the decisions: the audit trail, the seals, references to facts, the published copy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jobs.upkeep.evidence import EVIDENCE_BEGUN
from jobs.upkeep.verify_report import Anchor, Check
from warehouse.connection import Connection, open_snapshot, resolve_snapshot
from warehouse.errors import NotPublishedError, WarehouseVersionError
from warehouse.evidence import EvidenceKey
from warehouse.journal.audit import audit_trail, check_trail
from warehouse.journal.decision_seals import checked
from warehouse.journal.export import JournalTable, journal_tables
from warehouse.journal.store import Journal
from warehouse.published_files import published_time
from warehouse.published_rows import published_rows
from warehouse.references import signal_phases
from warehouse.seal_check import SealReport, check_seals
from warehouse.site import Site

_COUNTED_ON: Final = frozenset({"signals", "first_signal_at", "last_signal_at"})
"""Columns of an episode that alerting keeps up to date; no time says when."""


def trail_check(
    journal: Journal,
    key: EvidenceKey | None,
    sealed: SealReport | None,
    anchors: Sequence[Anchor],
) -> Check:
    """Check the chain of the audit trail, and what others know of its length and head."""
    report = check_trail(journal)
    said = []
    if report.broken is not None:
        said.append(f"entry {report.broken} was edited or removed: the chain breaks there")
    elif key is not None and key.complete and report.hashes:
        said += _unkeyed(journal, report.keyed_from)
    known = [
        (length, head, "the fact store") for length, head in (sealed.anchors if sealed else ())
    ]
    known += [(one.audit_length, one.audit_head, one.source) for one in anchors]
    for length, head, source in known:
        if length and len(report.hashes) < length:
            missing = length - len(report.hashes)
            said.append(f"{missing} entries at the end are gone: {source} knew {length}")
        elif length and report.hashes[length - 1] != head:
            said.append(f"entry {length} is not the one that {source} knew")
    note = f"{len(report.hashes)} entries"
    if report.keyed_from is not None and report.keyed_from > 1:
        note += f", keyed from entry {report.keyed_from}"
    elif key is None:
        note += ", without a key"
    return Check("audit", "audit trail: nothing edited, nothing removed", tuple(said), note)


def _unkeyed(journal: Journal, keyed_from: int | None) -> list[str]:
    """Return what a trail says that was chained anew without the key."""
    if keyed_from is None:
        return ["no entry is chained with the key of this site: the trail was written anew"]
    begun = [row for row in audit_trail(journal) if row.audit_id == keyed_from]
    if keyed_from == 1 or (begun and begun[0].what == EVIDENCE_BEGUN):
        return []
    return [f"entries before {keyed_from} are not chained with the key: they were written anew"]


def decision_check(journal: Journal, key: EvidenceKey | None) -> Check:
    """Check the seals of the protected tables."""
    with journal.reading() as connection:
        fits = checked(connection)
    said = [
        f"{table}: a row was edited, added or removed by hand"
        for table, whole in fits.items()
        if not whole
    ]
    note = f"{len(fits)} tables" if key else "without a key"
    return Check("decisions", "decisions are as the program wrote them", tuple(said), note)


def link_check(journal: Journal, facts: Connection) -> Check:
    """Check that decisions and signals refer to what is there."""
    tables = journal_tables(journal)
    signals = signal_phases(facts)
    phases = {row["phase_id"] for row in _rows(tables["phase"])}
    characteristics = {row["characteristic_id"] for row in _rows(tables["characteristic"])}
    said = [
        f"signal {signal} refers to phase {phase}, which is not in the journal"
        for signal, phase in signals.items()
        # A part out of specification signals without a phase.
        if phase and phase not in phases
    ]
    for name, what in (("signal_handled", "an alert"), ("cause", "a cause")):
        said += [
            f"{what} refers to signal {row['signal_id']}, which is not among the facts"
            for row in _rows(tables[name])
            if row["signal_id"] not in signals
        ]
    for name in ("phase", "episode"):
        said += [
            f"a row of {name} refers to characteristic {row['characteristic_id']}, which is gone"
            for row in _rows(tables[name])
            if row["characteristic_id"] not in characteristics and row.get("kind") != "camera"
        ]
    title = "decisions and signals refer to what is there"
    return Check("links", title, tuple(said), f"{len(signals)} signals")


def published_check(site: Site, journal: Journal, key: EvidenceKey | None, scratch: Path) -> Check:
    """Check the published snapshot: its facts against their seals, its decisions against ours."""
    title = "published copy: what everybody reads is what is stored"
    try:
        path = resolve_snapshot(site.current)
    except NotPublishedError:
        return Check("published", title, (), "nothing is published yet")
    said = []
    since = published_time(path)
    try:
        # One that is older than the key has other seals, or none.
        sealed = key is not None and key.made_at <= since
        with open_snapshot(site.current) as snapshot:
            said = [
                f"{path.name}: {one.table}, {one.part or 'all'} was edited by hand"
                for one in (check_seals(snapshot, key).disagreements if key and sealed else ())
            ]
    except WarehouseVersionError:
        return Check("published", title, (), "published by an older program; run `blemish run`")
    tables = journal_tables(journal)
    news = {row.subject for row in audit_trail(journal) if row.at >= since}
    for name, rows in published_rows(path, tables, scratch / "decisions.duckdb").items():
        primary = tables[name].columns[0]
        ours = {row[primary]: row for row in _rows(tables[name])}
        for row in rows:
            mine = ours.get(row[primary])
            if mine is None or not _explained(mine, row, since, news):
                said.append(f"{path.name}: {name} {row[primary]} is not as it is in the journal")
    return Check("published", title, tuple(said), path.name)


def _explained(
    mine: Mapping[str, Any], row: Mapping[str, Any], since: datetime, news: set[str]
) -> bool:
    """Tell whether a row may differ from its published copy: it has changed since."""
    if news & {str(value) for value in mine.values()}:
        return True
    times = [value for name, value in mine.items() if name.endswith("_at") and value]
    if any(datetime.fromisoformat(str(value)) >= since for value in times):
        return True
    differing = {name for name, value in row.items() if value is True}
    return differing <= _COUNTED_ON


def _rows(table: JournalTable) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
