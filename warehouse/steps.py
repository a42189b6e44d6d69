"""How a metric of the same parts changes from station to station."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final

import numpy as np
import numpy.typing as npt

from warehouse.connection import Connection
from warehouse.errors import WarehouseError
from warehouse.intervals import Interval
from warehouse.records import METRICS
from warehouse.sql import query

ON_THE_WAY: Final = timedelta(days=7)
"""How long a part may have been on its way before the period: its earlier pass is looked for."""


@dataclass(frozen=True, slots=True)
class StationStep:
    """From one station to the next on a line; the arrays have one entry per UTC day, shape (days,).

    `pairs` parts that the same model measured at both, `before` their values at the first station
    summed, `changes` and `squares` the sums of their changes and of the squares of these.
    `other_model` parts were measured by two models and are in none of the sums.
    """

    line: str
    station_before: str
    station: str
    pairs: npt.NDArray[np.int64]
    before: npt.NDArray[np.float64]
    changes: npt.NDArray[np.float64]
    squares: npt.NDArray[np.float64]
    other_model: int


def station_steps(
    connection: Connection,
    metric: str,
    *,
    line: str | None = None,
    family: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[StationStep]:
    """Return every step that parts took whose later pass was captured in [start, end).

    Parameters
    ----------
    metric
        One of `records.METRICS`.
    line, family
        Only this line, only this part family; None is all of them.

    Raises
    ------
    WarehouseError
        `metric` is not one of `records.METRICS`.

    """
    if metric not in METRICS:
        raise WarehouseError(f"no metric '{metric}'; the metrics are {', '.join(METRICS)}")
    interval = Interval.between(start, end)
    found = connection.execute(
        query("steps_by_day"),
        {
            "metric": metric,
            "any_line": line is None,
            "line": line,
            "any_family": family is None,
            "family": family,
            "earliest": interval.start if start is None else start - ON_THE_WAY,
            "start": interval.start,
            "end": interval.end,
        },
    ).fetchall()
    return [_step(key, list(rows)) for key, rows in groupby(found, key=itemgetter(0, 1, 2))]


def _step(key: tuple[str, str, str], rows: list[tuple[object, ...]]) -> StationStep:
    days = np.array([row[4:9] for row in rows], dtype=np.float64)
    return StationStep(
        *key,
        pairs=days[:, 0].astype(np.int64),
        before=days[:, 1],
        changes=days[:, 2],
        squares=days[:, 3],
        other_model=int(days[:, 4].sum()),
    )
