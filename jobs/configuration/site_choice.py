"""Find the site a command means."""

from collections.abc import Mapping
from pathlib import Path

from jobs.errors import SiteError
from warehouse.site import Site

SITE_VARIABLE = "BLEMISH_SITE"


def find_site(given: Path | None, environment: Mapping[str, str], folder: Path) -> Site:
    """Return the site a command means: `--site`, else BLEMISH_SITE, else the current folder.

    Parameters
    ----------
    given : Path or None
        From the command line.
    environment : mapping
        Where BLEMISH_SITE may stand.
    folder : Path
        The current folder; counts only if it holds a settings file.

    Raises
    ------
    SiteError
        No site was named, or there is none at the place.

    """
    if given is None and environment.get(SITE_VARIABLE):
        given = Path(environment[SITE_VARIABLE])
    site = Site((given or folder).absolute())
    if site.settings_file.is_file():
        return site
    if given is None:
        raise SiteError(
            f"which site? give --site SITE, set {SITE_VARIABLE}, or go to a folder with a "
            "blemish.toml; `blemish init SITE` makes a new one"
        )
    raise SiteError(f"{given} is not a site: it has no blemish.toml; `blemish init` makes one")
