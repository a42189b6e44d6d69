"""What a model in shadow measured: beside the facts, seen by no chart and no view."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from warehouse.connection import Connection
from warehouse.intervals import Interval
from warehouse.records import METRICS, InspectionRow, Stream
from warehouse.sql import query
from warehouse.staging import fetch, insert
from warehouse.transaction import transaction
from warehouse.windows import BEGINNING


@dataclass(frozen=True, slots=True)
class ShadowRow:
    """One pass as a model in shadow measured it, and the revision it is compared with."""

    model_id: str
    pass_id: str
    beside_revision: int
    captured_at: datetime
    measured_at: datetime
    stain_count: int
    total_stain_pct: float
    largest_stain_area_px: float
    scratch_count: int
    longest_scratch_px: float
    total_scratch_pct: float
    passed: bool | None
    passed_before: bool | None


@dataclass(frozen=True, slots=True)
class ShadowPass:
    """A pass to compare: the newest revision by another model, and whether it is measured."""

    pass_id: str
    beside_revision: int
    is_measured: bool


@dataclass(frozen=True, slots=True, eq=False)
class ShadowPairs:
    """Old and new numbers of the same parts, oldest first.

    Attributes
    ----------
    captured_at : array of datetime64[us], shape (n,)
    new, old : by metric, float64 arrays of shape (n,)
    passed, passed_before : None where there are no specification limits

    """

    pass_ids: list[str]
    captured_at: NDArray[np.datetime64]
    models_before: list[str]
    new: dict[str, NDArray[np.float64]]
    old: dict[str, NDArray[np.float64]]
    passed: list[bool | None]
    passed_before: list[bool | None]


def store_shadow(connection: Connection, rows: Sequence[ShadowRow]) -> int:
    """Store rows in one transaction; a repeat adds nothing. Returns how many were new."""
    with transaction(connection):
        return len(insert(connection, "insert_shadow", rows))


def shadow_passes(
    connection: Connection,
    model_id: str,
    stream: Stream,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int | None = None,
) -> list[ShadowPass]:
    """Return the passes of `stream` in [start, end) that another model measured, newest first."""
    interval = Interval.between(start, end)
    values = {"model_id": model_id, "limit": limit, **asdict(stream), **asdict(interval)}
    found = connection.execute(query("shadow_passes"), values).fetchall()
    return [ShadowPass(*row) for row in found]


def shadow_pairs(connection: Connection, model_id: str, stream: Stream) -> ShadowPairs:
    """Return everything the model measured in shadow on `stream`, with the numbers before."""
    values = {"model_id": model_id, **asdict(stream)}
    columns = connection.execute(query("shadow_pairs"), values).fetchnumpy()
    return ShadowPairs(
        pass_ids=[str(each) for each in columns["pass_id"]],
        captured_at=np.asarray(columns["captured_us"], dtype=np.int64).view("datetime64[us]"),
        models_before=[str(each) for each in columns["model_before"]],
        new={name: np.asarray(columns[name], dtype=np.float64) for name in METRICS},
        old={name: np.asarray(columns[f"{name}_before"], dtype=np.float64) for name in METRICS},
        passed=np.ma.asarray(columns["passed"]).tolist(),
        passed_before=np.ma.asarray(columns["passed_before"]).tolist(),
    )


def inspection_revision(connection: Connection, pass_id: str, revision: int) -> InspectionRow:
    """Return one revision of an inspection that is stored."""
    values = {"pass_id": pass_id, "revision": revision}
    (row,) = fetch(InspectionRow, connection.execute(query("inspection_revision"), values))
    return row


def last_by_others(connection: Connection, model_id: str) -> dict[Stream, datetime]:
    """Return when the last part of each stream was captured that another model measured."""
    found = connection.execute(query("last_by_others"), {"model_id": model_id}).fetchall()
    return {Stream(*key): last_at.astimezone(UTC) for *key, last_at in found}


def passes_by_others(
    connection: Connection, model_id: str, *, start: datetime | None, limit: int | None
) -> list[str]:
    """Return the passes whose newest numbers another model made, oldest first."""
    values = {"model_id": model_id, "start": start or BEGINNING, "limit": limit}
    return [row for (row,) in connection.execute(query("passes_by_others"), values).fetchall()]
