"""How many points a week a stream has: what the false-alarm budget of a site is divided by.

The budget itself is `spc.run_lengths.budget`. The share of a point is computed when limits are frozen
and frozen with them: a plant that doubles its streams doubles its false alarms until limits are
revised, and the pages state each phase's own figure.
"""

from datetime import datetime, timedelta

LOCATION_SHARE = 0.1
"""Of the site's budget for the nightly tests of defect locations; the charts have the rest."""

WEEK = timedelta(weeks=1)
SHORTEST_SPAN = timedelta(days=1)
"""A first delivery of old files spans seconds: no rate is estimated from less than a day."""


def points_per_week(points: int, first_at: datetime, last_at: datetime) -> float:
    """Return the rate of a stream, estimated from how many points it had between two times.

    Examples
    --------
    Three hundred parts in three days are seven hundred a week:

    >>> from datetime import UTC
    >>> first = datetime(2024, 5, 1, tzinfo=UTC)
    >>> points_per_week(300, first, first + timedelta(days=3))
    700.0

    """
    return points * (WEEK / max(last_at - first_at, SHORTEST_SPAN))
