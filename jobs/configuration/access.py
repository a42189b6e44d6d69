"""By what the pages let people in, and what their queries may use, from the settings."""

from datetime import timedelta
from ipaddress import ip_network

from dashboard.guard_identity import AccessRules
from jobs.configuration.serve_sections import AccessSettings, SqlSettings
from warehouse.gate.limits import MIB, QueryLimits
from warehouse.journal.accounts_lockout import LockRules
from warehouse.journal.accounts_sessions import SessionRules


def access_rules(settings: AccessSettings, *, open_here: bool) -> AccessRules:
    """Return the rules that the settings describe.

    Parameters
    ----------
    open_here
        Whether the pages are served to this machine only: it needs no login without accounts.

    """
    return AccessRules(
        open_here=open_here,
        proxy_header=settings.proxy_header,
        proxy_networks=tuple(ip_network(one) for one in settings.proxy_addresses),
        proxy_role=None if settings.proxy_role == "none" else settings.proxy_role,
        https=settings.https,
        sessions=SessionRules(
            idle=timedelta(minutes=settings.idle_minutes),
            absolute=timedelta(hours=settings.session_hours),
        ),
        lock=LockRules(
            failures=settings.failures, longest=timedelta(minutes=settings.lock_minutes)
        ),
        password_age=timedelta(days=settings.password_days) if settings.password_days else None,
        logins=settings.logins_per_minute,
        exports=settings.exports_per_minute,
        requests=settings.requests_per_minute,
    )


def query_limits(settings: SqlSettings) -> QueryLimits:
    """Return the limits of queries that the settings describe.

    Examples
    --------
    >>> query_limits(SqlSettings()) == QueryLimits()
    True

    """
    return QueryLimits(
        seconds=settings.seconds,
        memory_bytes=settings.memory_mib * MIB,
        rows=settings.rows,
        answer_bytes=settings.answer_mib * MIB,
        file_rows=settings.file_rows,
        file_bytes=settings.file_mib * MIB,
        at_once=settings.at_once,
        queue_seconds=settings.wait_seconds,
    )
