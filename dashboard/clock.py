"""The plant's clock: every time on a page is shown in one stated zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class PlantClock:
    """Shows moments in the plant's zone; `now` is replaced in tests.

    Examples
    --------
    >>> clock = PlantClock(ZoneInfo("Europe/Berlin"), lambda: datetime(2026, 5, 2, 9, tzinfo=UTC))
    >>> clock.words(datetime(2026, 5, 1, 22, 5, tzinfo=UTC))
    '2 May 2026, 00:05 CEST'
    >>> clock.age(datetime(2026, 5, 1, 22, 5, tzinfo=UTC))
    '10 h ago'

    """

    zone: ZoneInfo
    now: Callable[[], datetime] = utc_now

    @property
    def zone_name(self) -> str:
        """The zone as an axis names it."""
        return str(self.zone)

    def words(self, moment: datetime) -> str:
        """Return day, clock and the zone's short name."""
        local = moment.astimezone(self.zone)
        return f"{local.day} {local:%b %Y, %H:%M %Z}"

    def words_of(self, captured_at: np.datetime64) -> str:
        """Return the same for a time as a series has it: in UTC, without a zone."""
        moment: datetime = captured_at.astype("datetime64[us]").item()
        return self.words(moment.replace(tzinfo=UTC))

    def day_of(self, captured_at: np.datetime64) -> date:
        """Return the plant's day of a time as a series has it."""
        moment: datetime = captured_at.astype("datetime64[us]").item()
        return moment.replace(tzinfo=UTC).astimezone(self.zone).date()

    def short(self, moment: datetime) -> str:
        """Return day and clock; the clock alone when it is today."""
        local = moment.astimezone(self.zone)
        if local.date() == self.today():
            return f"{local:%H:%M}"
        return f"{local.day} {local:%b, %H:%M}"

    def span(self, first: datetime, last: datetime) -> str:
        """Return a stretch of time; one moment, or the day once where it is the same.

        Examples
        --------
        >>> clock = PlantClock(ZoneInfo("UTC"))
        >>> first = datetime(2026, 5, 1, 22, 5, tzinfo=UTC)
        >>> clock.span(first, first + timedelta(hours=1))
        '1 May, 22:05 to 23:05'
        >>> clock.span(first, first + timedelta(hours=2))
        '1 May, 22:05 to 2 May, 00:05'

        """
        from_local, to_local = first.astimezone(self.zone), last.astimezone(self.zone)
        start = f"{from_local.day} {from_local:%b, %H:%M}"
        if first == last:
            return start
        same_day = from_local.date() == to_local.date()
        end = f"{to_local:%H:%M}" if same_day else f"{to_local.day} {to_local:%b, %H:%M}"
        return f"{start} to {end}"

    def today(self) -> date:
        """Return the plant's date."""
        return self.now().astimezone(self.zone).date()

    def age(self, moment: datetime) -> str:
        """Return how long ago a moment was, in one unit."""
        seconds = (self.now() - moment).total_seconds()
        if seconds < -60:
            return "in the future"
        for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
            if seconds >= size:
                return f"{seconds // size:.0f} {unit} ago"
        return "just now"

    def midnight(self, day: date) -> datetime:
        """Return the first moment of a plant day, in UTC."""
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC)

    def local_ms(self, captured_at: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
        """Return UTC times as milliseconds of the plant's clock, for an axis without zones.

        Examples
        --------
        >>> clock = PlantClock(ZoneInfo("Asia/Kolkata"))
        >>> clock.local_ms(np.array(["1970-01-01T00:00"], dtype="datetime64[us]")).tolist()
        [19800000.0]

        """
        utc_ms = captured_at.astype("datetime64[ms]").astype(np.int64)
        # A zone changes its offset at whole quarters of an hour: few of them, however many parts.
        quarters, member = np.unique(utc_ms // 900_000, return_inverse=True)
        offsets = [self._offset_ms(int(quarter) * 900) for quarter in quarters]
        return (utc_ms + np.array(offsets, dtype=np.int64)[member]).astype(np.float64)

    @staticmethod
    def axis_ms(text: str) -> float | None:
        """Read a moment as an axis without zones writes it; None for anything else.

        Examples
        --------
        >>> PlantClock.axis_ms("1970-01-02 00:00:00.5"), PlantClock.axis_ms("x")
        (86400500.0, None)

        """
        try:
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            return None
        return moment.timestamp() * 1000

    def _offset_ms(self, utc_seconds: int) -> int:
        moment = datetime.fromtimestamp(utc_seconds, UTC).astimezone(self.zone)
        return int((moment.utcoffset() or timedelta()).total_seconds() * 1000)
