"""Make a new site."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from jobs.arrival.quarantine import write_private
from jobs.configuration.reference import settings_template
from jobs.errors import SiteError
from warehouse.connection import create_master
from warehouse.evidence import new_key, write_key
from warehouse.journal.store import create_journal
from warehouse.site import Site


def init_site(root: Path, *, settings_text: str | None = None) -> Site:
    """Make a site at `root`: folders, keys, warehouse, journal, and last the settings file.

    An interrupted `init` is completed by the next one.

    Parameters
    ----------
    root : Path
        A folder that is empty or does not exist yet.
    settings_text : str, optional
        The settings file; the commented defaults unless given.

    Raises
    ------
    SiteError
        There is a site already, the folder holds something else, or it cannot be made.

    """
    site = Site(root)
    if site.settings_file.exists():
        raise SiteError(f"{root} is a site already; its settings are in {site.settings_file.name}")
    _refuse_foreign(site)
    try:
        site.create_folders()
        if not site.evidence_key.exists() and not site.master.exists():
            write_key(site.evidence_key, new_key(complete=True, now=datetime.now(UTC)))
        if not site.master.exists():
            create_master(site.master)
        create_journal(site.journal)
        if not site.secret.exists():
            write_private(site.secret, secrets.token_hex(32).encode("ascii"))
        text = settings_template() if settings_text is None else settings_text
        write_private(site.settings_file, text.encode("utf-8"))
    except OSError as error:
        raise SiteError(f"no site can be made at {root}: {error}") from error
    return site


def _refuse_foreign(site: Site) -> None:
    try:
        found = {path.name for path in site.root.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        raise SiteError(f"no site can be made at {site.root}: {error.strerror}") from error
    journal = site.journal.name
    ours = {
        *(folder.name for folder in (site.inbox, site.quarantine, site.archive, site.warehouse)),
        *(site.secret.name, site.evidence_key.name, journal, f"{journal}-wal", f"{journal}-shm"),
    }
    if foreign := sorted(found - ours):
        raise SiteError(f"{site.root} is not empty: it holds {foreign[0]!r}; choose a new folder")
