"""Times in a manifest: ISO 8601, in a stated zone, never guessed."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Clocks of cameras run ahead a little; a day ahead is another mistake.
TOLERANCE = timedelta(days=1)


def parse_time(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read `text` as an instant, in UTC.

    Parameters
    ----------
    text : str
        ISO 8601 date and time. Without an offset it is read in `zone`.
    zone : ZoneInfo
        The plant's time zone.
    now : datetime
        Aware; times more than a day after it are refused.

    Raises
    ------
    ValueError
        The text is no date and time, does not exist or exists twice in `zone` (clocks going
        forward or back), or lies before 1990 or in the future.

    Examples
    --------
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> parse_time("2025-06-01T12:00:00", ZoneInfo("Europe/Berlin"), now).isoformat()
    '2025-06-01T10:00:00+00:00'
    >>> parse_time("2025-06-01T12:00:00-04:00", ZoneInfo("Europe/Berlin"), now).hour
    16

    """
    # The standard library takes a date alone for midnight: that would be a guess.
    if not re.match(r"\d{4}-?\d{2}-?\d{2}[T ]\d{2}", text):
        raise ValueError(f"{text!r} is not an ISO 8601 date and time such as 2026-03-01T14:05:00")
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date and time: {error}") from error
    instant = _in_zone(read, zone) if read.tzinfo is None else read
    try:
        instant = instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error
    if instant < EARLIEST:
        raise ValueError(f"{text!r} lies before {EARLIEST.year}")
    if instant > now + TOLERANCE:
        raise ValueError(f"{text!r} lies in the future")
    return instant


def _in_zone(naive: datetime, zone: ZoneInfo) -> datetime:
    early, late = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return early
    written = naive.isoformat(sep=" ")
    if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise ValueError(f"{written} does not exist in {zone.key}: clocks went forward")
    raise ValueError(f"{written} exists twice in {zone.key}: write the offset")
