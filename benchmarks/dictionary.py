"""Write docs/metrics.md from the comments of a new, empty site: `python -m benchmarks.dictionary FILE`."""

import sys
import tempfile
from pathlib import Path

from warehouse.adhoc import schema_description
from warehouse.connection import create_master
from warehouse.dictionary import dictionary_markdown
from warehouse.journal.export import journal_tables
from warehouse.journal.store import create_journal, open_journal
from warehouse.publish import publish
from warehouse.site import Site


def empty_site_dictionary(folder: Path) -> str:
    """The page for a site that has just been made in `folder`."""
    site = Site(folder)
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    with open_journal(site.journal) as journal:
        publish(site, journal_tables=journal_tables(journal))
    return dictionary_markdown(schema_description(site.current))


def main() -> int:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        Path(sys.argv[1]).write_text(empty_site_dictionary(Path(folder) / "site"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
