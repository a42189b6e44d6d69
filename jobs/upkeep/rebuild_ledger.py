"""Ledger rows of refused files, from the reasons that lie beside their bytes."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs.measurement.ledger import MAX_DETAIL
from warehouse.records import ArrivalRow

logger = logging.getLogger(__name__)


def quarantined_arrivals(
    quarantine: Path, known: Mapping[str, ArrivalRow]
) -> tuple[ArrivalRow, ...]:
    """Return one row for every refused content whose path the ledger does not know better.

    A file's time and place on the disk are not kept in the quarantine: the next run looks at what
    still lies in the inbox once more, and refuses it for the same reason.

    Parameters
    ----------
    known : mapping
        The latest row of every path: what was measured in the end needs no other word.

    """
    notes = [note for path in sorted(quarantine.glob("*.json")) if (note := _note(path))]
    notes.sort(key=lambda note: (note["path"], note["held_at"]))
    rows: dict[str, ArrivalRow] = {}
    for note in notes:
        path = note["path"]
        if path not in known and note.get("closed_at") is None:
            rows[path] = _row(note, rows[path].change_no + 1 if path in rows else 1)
    return tuple(rows.values())


def _note(path: Path) -> dict[str, Any] | None:
    try:
        note: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        logger.warning("%s is left out: %s", path, error)
        return None
    return note if {"path", "reason", "held_at"} <= note.keys() else None


def _row(note: Mapping[str, Any], change_no: int) -> ArrivalRow:
    return ArrivalRow(
        path=note["path"],
        change_no=change_no,
        outcome="quarantined",
        reason=note["reason"],
        sha256=note.get("sha256"),
        size=note.get("size") or 0,
        mtime_ns=0,
        inode=0,
        first_seen_at=datetime.fromisoformat(note["held_at"]),
        run_id=0,
        detail=str(note.get("message", ""))[:MAX_DETAIL],
    )
