"""The SQL page: which layers hold its queries on this machine, and which are missing."""

from jobs.upkeep.finding import Finding
from warehouse.gate.confinement import Confinement

NAME = "sql page"
_ADVICE = (
    "queries are held by DuckDB's settings and resource limits alone: use a kernel with Landlock "
    "(Linux 5.13 or newer), or let the service make user namespaces"
)


def sql_finding(found: Confinement) -> Finding:
    """Say what a query is confined by, and what of it this kernel or account does not give.

    One layer of the kernel beside the resource limits is enough to be well: no descriptor can be
    opened in either case.

    Examples
    --------
    >>> held = sql_finding(Confinement(no_new_privileges=True, namespaces=False, landlock=3))
    >>> held.seen
    'queries held by resource limits, no new privileges, Landlock 3; without network namespace, Landlock for TCP'
    >>> held.well
    True

    """
    without = f"; without {found.missing}" if found.missing else ""
    held = found.landlock > 0 or found.namespaces
    return Finding(NAME, f"queries held by {found.words}{without}", "" if held else _ADVICE)
