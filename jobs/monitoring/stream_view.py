"""One stream as a round sees it: what is new, how much there is, and its points on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from jobs.monitoring.judging import as_series_time
from warehouse.connection import Connection
from warehouse.monitored_streams import StreamRow, Times
from warehouse.records import Stream
from warehouse.windows import StreamWindow, stream_windows

NO_TIMES: Times = np.empty(0, dtype="datetime64[us]")


@dataclass(frozen=True, slots=True)
class Touched:
    """When the points were captured that this round adds or replaces, ascending.

    `everything` says that nothing of the stream was evaluated before.
    """

    times: Times
    everything: bool = False

    def first_from(self, start: datetime, end: datetime | None) -> datetime | None:
        """Return the first touched time after `start` and before `end`; None without one."""
        if self.everything:
            return start
        later = self.times[self.times > as_series_time(start)]
        if end is not None:
            later = later[later < as_series_time(end)]
        return None if not later.size else later[0].item().replace(tzinfo=UTC)

    def any_until(self, end: datetime) -> bool:
        """Whether a point captured at or before `end` is touched."""
        return self.everything or bool((self.times <= as_series_time(end)).any())


UNTOUCHED = Touched(NO_TIMES)


@dataclass(slots=True)
class StreamView:
    """A stream in one round; `window` grows to the earliest point that anybody asked for.

    `rows` says how much there is of each model, `in_use` which model measured the newest part,
    `late` how many of the new points were captured before points that were evaluated already.
    """

    connection: Connection
    stream: Stream
    rows: Mapping[str, StreamRow]
    in_use: str
    touched: Mapping[str, Touched]
    late: int = 0
    window: StreamWindow | None = None

    def covering(self, since: datetime) -> StreamWindow:
        """Return a window that begins at `since` or before."""
        if self.window is None or self.window.since > since:
            self.window = stream_windows(self.connection, {self.stream: since})[self.stream]
        return self.window

    def touched_of(self, model_id: str) -> Touched:
        """Return what is touched of one model's points."""
        return self.touched.get(model_id, UNTOUCHED)

    @property
    def is_touched(self) -> bool:
        """Whether this round brings anything of the stream."""
        return bool(self.touched)
