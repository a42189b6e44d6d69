"""Publish: a copy of the master that everybody may read, swapped in at once."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import duckdb

from warehouse.connection import log_file, open_master
from warehouse.durable import sync_folder
from warehouse.errors import PublishError
from warehouse.journal.export import ALLOWED_JOURNAL_TABLES, JournalTable
from warehouse.published_files import next_name, published_files
from warehouse.site import Site

KEPT: Final = 3
"""Snapshots that stay: the newest, and two for readers that hold an older one open by name."""


def publish(site: Site, *, journal_tables: Mapping[str, JournalTable] | None = None) -> Path:
    """Copy the master with `journal_tables` into a new snapshot and point the link at it.

    A reader that holds an older snapshot open is not disturbed; the newest three files stay.
    Call it with the run lock held and no transaction open.

    Parameters
    ----------
    journal_tables
        From `warehouse.journal.export.journal_tables(journal)`: the allow-listed decisions.

    Returns
    -------
    Path
        The new `serve-<time_ns>.duckdb`.

    Raises
    ------
    PublishError
        The copy failed, or a table is not on the allow-list; the link still names the snapshot
        before.

    """
    tables = dict(journal_tables or {})
    if refused := sorted(set(tables) - set(ALLOWED_JOURNAL_TABLES)):
        raise PublishError(f"not on the allow-list of a snapshot: {', '.join(refused)}")
    target = next_name(site.warehouse)
    with open_master(site.master) as connection:
        try:
            connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            reason = " ".join(str(error).split())
            raise PublishError(f"the warehouse could not be checkpointed: {reason}") from error
        # Still open here, so that no other process begins to write while the child copies.
        _copy(site.master, target, tables)
    _swap(site.current, target)
    _prune(site.warehouse, keep=target)
    return target


def _copy(master: Path, target: Path, tables: Mapping[str, JournalTable]) -> None:
    log = log_file(master)
    if log.exists() and log.stat().st_size > 0:
        raise PublishError(f"{log} still holds changes after a checkpoint; is a write in progress?")
    content = json.dumps(
        {
            name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
            for name, table in tables.items()
        }
    )
    package = Path(__file__).resolve().parent
    search_path = os.pathsep.join(filter(None, [str(package.parent), os.environ.get("PYTHONPATH")]))
    copied = subprocess.run(
        # -P: a folder named `warehouse` where the command was given must not be taken for ours.
        [sys.executable, "-P", "-m", "warehouse.copy_file", str(master), str(target)],
        input=content,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONPATH": search_path, "PYTHONUTF8": "1"},
    )
    if copied.returncode != 0:
        lines = copied.stderr.strip().splitlines() or [f"exit status {copied.returncode}"]
        raise PublishError(f"the snapshot could not be made, the one before stays: {lines[-1]}")


def _swap(link: Path, target: Path) -> None:
    """Point `link` at `target` at once; the link is relative, so the site folder may move."""
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)
    sync_folder(link.parent)


def _prune(folder: Path, *, keep: Path) -> None:
    for path in published_files(folder)[:-KEPT]:
        if path != keep:
            path.unlink(missing_ok=True)
    # What a killed child left behind.
    for path in folder.glob(".serve-*.tmp*"):
        with suppress(OSError):
            path.unlink()
