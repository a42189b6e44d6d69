"""The false-alarm budget: what one point of one chart may cost, so that the wall keeps its promise.

A plant says how many false alarms a week it accepts over *all* charts. With C enabled
characteristics, of which characteristic i gets r_i points a week, every point gets the same share

    alpha = B / (r_1 + r_2 + … + r_C)

so that the expected number of falsely flagged points a week is B, wherever they come from. A false
episode flags one point or more, so at most B false episodes a week are expected. The share never
exceeds that of a textbook 3-sigma chart: a small plant is not entitled to sloppy limits.

The share is computed when limits are frozen and frozen with them. A plant that doubles its streams
doubles its false alarms until limits are revised; the pages state each phase's own figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

LARGEST_SHARE = 2 * (1 - 0.5 * (1 + math.erf(3 / math.sqrt(2))))
"""Chance that a normal point lies beyond 3 sigma, 0.0027."""

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


def share_per_point(false_alarms_per_week: float, rates: Iterable[float]) -> float:
    """Return the probability of a false flag that each point may have.

    Parameters
    ----------
    false_alarms_per_week
        The budget B of the whole site.
    rates
        Points a week, one entry per enabled characteristic.

    Examples
    --------
    Twelve charts of 350 points a week and a budget of one false alarm a week: 1 / 4200.

    >>> round(1 / share_per_point(1.0, [350.0] * 12))
    4200

    """
    total = sum(rates)
    return LARGEST_SHARE if total <= 0 else min(LARGEST_SHARE, false_alarms_per_week / total)
