"""The period of a view: relative ones stay relative, so that a copied link keeps its meaning."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.clock import PlantClock

RELATIVE: dict[str, tuple[timedelta | None, str]] = {
    "24h": (timedelta(days=1), "the last 24 hours"),
    "7d": (timedelta(days=7), "the last 7 days"),
    "30d": (timedelta(days=30), "the last 30 days"),
    "90d": (timedelta(days=90), "the last 90 days"),
    "all": (None, "all time"),
}
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Period:
    """Moments in [start, end), None without a bound, and the words for it."""

    start: datetime | None
    end: datetime | None
    words: str


def is_period(text: str) -> bool:
    """Tell whether `text` is a period: "7d" and its like, "all", or two days "from..to".

    Examples
    --------
    >>> [is_period(text) for text in ("7d", "2026-05-01..2026-05-03", "2026-13-01..x", "8d")]
    [True, True, False, False]

    """
    return text in RELATIVE or _days(text) is not None


def period(text: str, clock: PlantClock) -> Period:
    """Return the period `text` means now; days are plant days, the last one included.

    Anything that is not a period means all time.
    """
    days = _days(text)
    if days is not None:
        first, last = days
        start, end = clock.midnight(first), clock.midnight(last + timedelta(days=1))
        words = f"{first.day} {first:%b %Y}"
        if first != last:
            words += f" to {last.day} {last:%b %Y}"
        return Period(start, end, words)
    length, words = RELATIVE.get(text, RELATIVE["all"])
    return Period(None if length is None else clock.now() - length, None, words)


def before(later: Period, first: datetime | None = None) -> Period | None:
    """Return everything before a period; None when it has no beginning."""
    if later.start is None or (first is not None and first >= later.start):
        return None
    return Period(None, later.start, f"everything before {later.words}")


def _days(text: str) -> tuple[date, date] | None:
    found = _DAYS.fullmatch(text)
    if found is None:
        return None
    try:
        first, last = (date.fromisoformat(day) for day in found.groups())
    except ValueError:
        return None
    # The years at either end of the calendar have no neighbours to compute with.
    return (first, last) if first <= last and first.year >= 1900 and last.year < 9999 else None
