"""A metric series: what a chart is computed from."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """One metric of one stream, oldest first; all columns have n entries.

    `captured_at` is UTC without a zone; `values` has NaN where the metric is missing; `passed`
    holds None where no specification was set.
    """

    metric: str
    pass_ids: list[str]
    part_ids: list[str]
    captured_at: npt.NDArray[np.datetime64]
    values: npt.NDArray[np.float64]
    model_ids: list[str]
    passed: list[bool | None]

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.pass_ids)

    def from_time(self, start: datetime) -> Self:
        """Return the points captured at or after `start`."""
        moment = np.datetime64(start.astimezone(UTC).replace(tzinfo=None), "us")
        place = int(np.searchsorted(self.captured_at, moment, side="left"))
        return self.slice(place, len(self))

    def slice(self, first: int, stop: int) -> Self:
        """Return the points `first` … `stop` - 1."""
        if first == 0 and stop == len(self):
            return self
        return replace(
            self,
            pass_ids=self.pass_ids[first:stop],
            part_ids=self.part_ids[first:stop],
            captured_at=self.captured_at[first:stop],
            values=self.values[first:stop],
            model_ids=self.model_ids[first:stop],
            passed=self.passed[first:stop],
        )
