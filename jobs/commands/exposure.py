"""Whether the pages may be served at an address: beyond this machine only with a login."""

import socket

from dashboard.guard_identity import is_loopback
from jobs.errors import ServeError
from jobs.settings import Settings
from warehouse.journal.accounts import any_account
from warehouse.journal.store import open_journal
from warehouse.site import Site


def stays_here(host: str) -> bool:
    """Tell whether an address to listen on can be reached from this machine only.

    Examples
    --------
    >>> stays_here("127.0.0.1"), stays_here("0.0.0.0")
    (True, False)

    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        # Listening there fails, too, and says why.
        return False
    return all(is_loopback(str(address[0])) for *_, address in found)


def check_exposure(site: Site, settings: Settings, host: str) -> None:
    """Refuse to serve without any login what others can reach.

    Raises
    ------
    ServeError
        The address is not this machine's own, and there are neither accounts nor a trusted proxy.

    """
    if stays_here(host) or settings.access.proxy_header:
        return
    with open_journal(site.journal) as journal:
        if any_account(journal):
            return
    raise ServeError(
        f"{host} can be reached from other machines and this site has no accounts; add one with "
        "`blemish user add NAME --role admin`, or serve on 127.0.0.1"
    )
