"""Publish only what a reader would see: a run that changed nothing copies nothing."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from warehouse.connection import open_master, resolve_snapshot
from warehouse.durable import durable_file
from warehouse.errors import NotPublishedError
from warehouse.journal.export import JournalTable
from warehouse.publish import publish
from warehouse.published_files import published_time
from warehouse.site import Site
from warehouse.sql import query

FRESH_FOR: Final = timedelta(hours=1)
"""How long a snapshot stands for unchanged content; then it is made anew all the same, as it says
when the last run was."""


def publish_changed(site: Site, *, journal_tables: Mapping[str, JournalTable]) -> Path | None:
    """Publish as `warehouse.publish.publish` does where there is something new.

    Returns
    -------
    Path or None
        The new snapshot; None where the present one shows the same and is less than an hour old.

    """
    digest = _digest(site, journal_tables)
    record = site.warehouse / "published.json"
    if _is_published(site, record, digest):
        return None
    target = publish(site, journal_tables=journal_tables)
    with durable_file(record) as file:
        file.write(json.dumps({"file": target.name, "digest": digest}).encode())
    return target


def _digest(site: Site, journal_tables: Mapping[str, JournalTable]) -> str:
    with open_master(site.master) as connection:
        facts = connection.execute(query("published_content")).fetchone()
    decisions = {name: [table.columns, table.rows] for name, table in journal_tables.items()}
    text = json.dumps([facts, decisions], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_published(site: Site, record: Path, digest: str) -> bool:
    try:
        present = resolve_snapshot(site.current)
        noted = json.loads(record.read_bytes())
    except (NotPublishedError, FileNotFoundError, ValueError):
        return False
    is_fresh = datetime.now(UTC) - published_time(present) < FRESH_FOR
    return is_fresh and noted == {"file": present.name, "digest": digest}
