"""The limits that a model in shadow gives: learnt from the baseline parts as it measured them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.monitoring.characteristics import SYSTEM
from jobs.monitoring.judging import as_series_time, aware
from jobs.settings import Settings
from jobs.upkeep.reprocess_bias import MetricBias
from spc.errors import SpcError
from spc.phase import Phase, freeze_phase, phase_to_dict
from warehouse.connection import Connection
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow
from warehouse.records import CAMERA_METRICS, METRICS
from warehouse.series import MetricSeries, metric_series
from warehouse.shadow import ShadowPairs

LIMIT_METRICS = (*METRICS, *CAMERA_METRICS)
"""What a part can be compared by alone; figures of the model, shares and places need a history."""

JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ShadowLimits:
    """New limits of one characteristic beside the old ones, or why there are none.

    Attributes
    ----------
    before : PhaseRow
        The limits in use, of another model.
    phase : Phase or None
        The new ones; None with a `refusal`.

    """

    characteristic_id: str
    before: PhaseRow
    phase: Phase | None
    first_at: datetime
    last_at: datetime
    refusal: str = ""

    def columns(
        self, model_id: str, *, valid_from: datetime, now: datetime, reason: str
    ) -> dict[str, Any]:
        """Return the columns of the proposed phase."""
        assert self.phase is not None
        return {
            "characteristic_id": self.characteristic_id,
            "model_id": model_id,
            "status": "proposed",
            "valid_from": valid_from,
            "first_pass_at": self.first_at,
            "last_pass_at": self.last_at,
            "phase": phase_to_dict(self.phase),
            "created_by": SYSTEM,
            "created_at": now,
            "reason": reason,
        }


def reference_phases(rows: Sequence[PhaseRow], model_id: str) -> dict[str, PhaseRow]:
    """Return by characteristic the limits to compare with: those in force, else the newest proposal.

    Only those of other models than `model_id` count.
    """
    found: dict[str, PhaseRow] = {}
    for row in sorted(rows, key=lambda each: (each.status == "active", each.phase_id)):
        if row.model_id != model_id and row.status != "retired":
            found[row.characteristic_id] = row
    return found


def shadow_limits(
    connection: Connection,
    row: CharacteristicRow,
    before: PhaseRow,
    pairs: ShadowPairs,
    settings: Settings,
    *,
    whole: bool,
) -> ShadowLimits:
    """Learn limits of the same kind and false-alarm share as `before` from the new numbers.

    Parameters
    ----------
    pairs : ShadowPairs
        Of the stream, at least one.
    whole : bool
        Learn from every pair; else from the parts that `before` was learnt from, without those
        that were excluded there.

    """
    old = metric_series(
        connection,
        row.stream,
        row.metric,
        start=before.first_pass_at,
        end=before.last_pass_at + JUST_AFTER,
        model_id=before.model_id,
    )
    chosen = _chosen(pairs, before, old, whole=whole)
    if not chosen.any():
        none = "none of its baseline parts could be measured again"
        first_at = before.first_pass_at
        return ShadowLimits(
            row.characteristic_id, before, None, first_at, before.last_pass_at, none
        )
    times = pairs.captured_at[chosen]
    made = ShadowLimits(row.characteristic_id, before, None, aware(times[0]), aware(times[-1]))
    try:
        phase = freeze_phase(
            _values(connection, row, before, pairs)[chosen],
            chart=before.phase["chart"],
            alpha=before.phase["alpha"],
            ewma_lambda=before.phase["ewma_lambda"],
            minimum_points=settings.spc.minimum_points,
            approve_points=settings.spc.approve_points,
        )
    except SpcError as error:
        return replace(made, refusal=str(error))
    return replace(made, phase=phase)


def reason_words(name: str, before: PhaseRow, bias: MetricBias | None) -> str:
    """Return why limits are proposed, the bias named, for the trail and the page."""
    said = f"baseline measured again by model {name}"
    if bias is None:
        return f"{said}; the camera's figures do not depend on the model"
    span = "" if bias.low is None else f" ({bias.low:.4g} to {bias.high:.4g})"
    return (
        f"{said}: it measures {bias.difference:+.4g}{span} against model {before.model_id[:12]}, "
        f"mean {bias.old_mean:.4g} before, {bias.new_mean:.4g} now"
    )


def _chosen(
    pairs: ShadowPairs, before: PhaseRow, old: MetricSeries, *, whole: bool
) -> NDArray[np.bool_]:
    if whole:
        return np.ones(len(pairs.pass_ids), dtype=bool)
    within = (pairs.captured_at >= as_series_time(before.first_pass_at)) & (
        pairs.captured_at <= as_series_time(before.last_pass_at)
    )
    excluded = _excluded(before.phase, old)
    kept = np.array([pass_id not in excluded for pass_id in pairs.pass_ids], dtype=np.bool_)
    return np.logical_and(within, kept)


def _excluded(phase: Mapping[str, Any], old: MetricSeries) -> set[str]:
    """The passes that a person left out; nothing where late parts have changed the numbering."""
    if len(old) != phase["last_index"] + 1:
        return set()
    return {old.pass_ids[index] for index, _ in phase["exclusions"]}


def _values(
    connection: Connection, row: CharacteristicRow, before: PhaseRow, pairs: ShadowPairs
) -> NDArray[np.float64]:
    """The new numbers by pair; what tells of the camera is what it was."""
    if row.metric in METRICS:
        return pairs.new[row.metric]
    series = metric_series(
        connection,
        row.stream,
        row.metric,
        start=aware(pairs.captured_at[0]),
        end=aware(pairs.captured_at[-1]) + JUST_AFTER,
        model_id=before.model_id,
    )
    found = dict(zip(series.pass_ids, series.values.tolist(), strict=True))
    return np.array([found.get(pass_id, np.nan) for pass_id in pairs.pass_ids])
