"""Who a request comes from, and by which rules that is decided."""

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

from flask import g, has_request_context

from warehouse.journal.accounts import Role
from warehouse.journal.accounts_lockout import LockRules
from warehouse.journal.accounts_sessions import SessionRules

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AccessRules:
    """By what a site lets people in.

    Attributes
    ----------
    open_here
        Whether this machine needs no login while the site has no account: only where the pages are
        served on loopback.
    proxy_header
        Header in which the trusted proxy names the person; empty: none.
    proxy_networks
        Where the trusted proxy is; from anywhere else its headers count for nothing.
    proxy_role
        Role of people the proxy names who have no account; None: they are refused.
    https
        Whether browsers reach the pages by HTTPS: cookies are then sent by HTTPS only.
    password_age
        A password older than this must be changed at login; None: passwords do not age.
    logins, exports, requests
        How many of each a minute one address or person may make.

    """

    open_here: bool = False
    proxy_header: str = ""
    proxy_networks: tuple[Network, ...] = ()
    proxy_role: Role | None = None
    https: bool = False
    sessions: SessionRules = field(default_factory=SessionRules)
    lock: LockRules = field(default_factory=LockRules)
    password_age: timedelta | None = None
    logins: int = 10
    exports: int = 60
    requests: int = 1_200


@dataclass(frozen=True, slots=True)
class Identity:
    """The person behind a request; without a `name` the site has no accounts."""

    name: str
    role: Role
    source: Literal["open", "session", "proxy"]
    must_change: bool = False

    @property
    def may_decide(self) -> bool:
        """Whether the role may change limits, causes, alerts and the like."""
        return self.role in {"engineer", "admin"}


NOBODY = Identity("", "viewer", "open")
"""May decide nothing: what a request has that passed no guard."""


def who_is_there() -> Identity | None:
    """Return who the guard found behind the present request; None outside of one."""
    return g.get("identity") if has_request_context() else None


def name_of_person() -> str | None:
    """Return the name of whoever is logged in; None for nobody."""
    identity = who_is_there()
    return None if identity is None or not identity.name else identity.name


def is_within(address: str | None, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address lies in one of some networks.

    Examples
    --------
    >>> from ipaddress import ip_network
    >>> is_within("10.1.2.3", (ip_network("10.0.0.0/8"),)), is_within(None, ())
    (True, False)

    """
    found = _address(address)
    return found is not None and any(found in network for network in networks)


def is_loopback(address: str | None) -> bool:
    """Tell whether an address is this machine's own.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("10.0.0.1"), is_loopback("x")
    (True, True, False, False)

    """
    found = _address(address)
    return found is not None and found.is_loopback


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address((text or "").strip())
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        # A server on :: sees 10.0.0.1 as ::ffff:10.0.0.1.
        return found.ipv4_mapped
    return found
