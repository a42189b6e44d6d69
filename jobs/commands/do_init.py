"""`blemish init`."""

from pathlib import Path

from jobs.commands.output import show
from jobs.configuration.site_setup import init_site


def run(root: Path) -> int:
    """Make the site and say what to do next."""
    site = init_site(root)
    show(f"made a site at {site.root}")
    show(f"1. look through {site.settings_file}")
    show(f"2. copy images to {site.inbox}")
    show(f"3. blemish run --site {site.root}")
    show(f"4. blemish serve --site {site.root}")
    return 0
