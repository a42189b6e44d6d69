"""The site and the settings a command works with."""

import os
from pathlib import Path

from jobs.configuration.site_choice import find_site
from jobs.settings import Settings, read_settings
from warehouse.site import Site


def open_site(given: Path | None) -> tuple[Site, Settings]:
    """Return the site a command means and its settings.

    Raises
    ------
    SiteError, SettingsError
        There is none, or its settings cannot be used.

    """
    site = find_site(given, os.environ, Path.cwd())
    return site, read_settings(site.settings_file)
