"""Evaluate one characteristic: its limits, the signals against them, and the state that follows."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.monitoring.judging import (
    NO_PHASE,
    SPECIFICATION_RULE,
    Judge,
    judge_phase,
    judge_specification,
)
from jobs.monitoring.limits_in_use import limits_in_use
from jobs.monitoring.open_signals import still_open
from jobs.monitoring.proposals import NoLimits
from jobs.monitoring.round import Round
from jobs.monitoring.states import Evidence, Limits, state_of
from spc.phase import phase_from_dict
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow, phases
from warehouse.records import SignalRow, StateRow
from warehouse.series import MetricSeries, metric_series
from warehouse.signals import reconcile_signals, signals_of

WITHDRAWN = "does not hold any more: parts or limits have changed"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome for one characteristic; `proposed` is the number of a phase proposed now."""

    state: StateRow
    new_signals: tuple[SignalRow, ...] = ()
    withdrawn: tuple[SignalRow, ...] = ()
    proposed: int | None = None


def evaluate_characteristic(
    this_round: Round, row: CharacteristicRow, *, previous: StateRow | None
) -> Evaluation:
    """Propose limits where due, judge every point by the limits of its time, store what changed."""
    connection, now = this_round.connection, this_round.now
    newest = metric_series(connection, row.stream, row.metric, limit=1)
    model_id = newest.model_ids[-1] if len(newest) else None
    series = metric_series(connection, row.stream, row.metric, model_id=model_id)
    stored = phases(this_round.journal, row.characteristic_id)
    limits, proposed = limits_in_use(this_round, row, series, stored)
    found = _judged(this_round, row, series, _in_force(stored, limits))
    found += _out_of_specification(this_round, row)
    changes = reconcile_signals(connection, row.characteristic_id, found, now=now, reason=WITHDRAWN)
    open_signals = still_open(
        signals_of(connection, row.characteristic_id),
        this_round.joined,
        now=now,
        max_age=this_round.max_age,
    )
    evidence = Evidence(characteristic=row, series=series, limits=limits, open_signals=open_signals)
    return Evaluation(
        state=state_of(evidence, now=now, previous=previous),
        new_signals=changes.inserted,
        withdrawn=changes.withdrawn,
        proposed=proposed,
    )


def _in_force(stored: list[PhaseRow], limits: Limits | NoLimits) -> list[PhaseRow]:
    """Every phase that judges points: active and retired ones in their own time, and a proposal.

    History keeps the limits of its time: the points that a retired phase judged are judged by it
    still. A proposal that was turned down ended when it began, and judges nothing.
    """
    rows = [
        one
        for one in stored
        if one.status != "proposed" and (one.valid_to is None or one.valid_to > one.valid_from)
    ]
    if isinstance(limits, Limits) and limits.row.status == "proposed":
        rows.append(limits.row)
    return rows


def _judged(
    this_round: Round, row: CharacteristicRow, series: MetricSeries, in_force: list[PhaseRow]
) -> list[SignalRow]:
    """The signals of every phase, each on the points of its own model and time."""
    found: list[SignalRow] = []
    model_id = series.model_ids[-1] if len(series) else None
    for one in in_force:
        own = (
            series
            if one.model_id == model_id
            else metric_series(this_round.connection, row.stream, row.metric, model_id=one.model_id)
        )
        judged = judge_phase(
            phase_from_dict(one.phase),
            own,
            _judge(this_round, row, one.phase_id),
            baseline_ends=one.last_pass_at,
            valid_to=one.valid_to,
        )
        found += judged.signals
    return found


def _out_of_specification(this_round: Round, row: CharacteristicRow) -> list[SignalRow]:
    """Young parts out of specification, by whichever model, and older ones as they were found."""
    horizon = this_round.now - this_round.max_age
    older = [
        one
        for one in signals_of(this_round.connection, row.characteristic_id)
        if one.rule == SPECIFICATION_RULE
        and one.withdrawn_at is None
        and one.completing_at < horizon
    ]
    young = judge_specification(
        metric_series(this_round.connection, row.stream, row.metric, start=horizon),
        _judge(this_round, row, NO_PHASE),
        lower=row.spec_lower,
        upper=row.spec_upper,
        since=horizon,
    )
    return [*older, *young]


def _judge(this_round: Round, row: CharacteristicRow, phase_id: int) -> Judge:
    return Judge(
        characteristic_id=row.characteristic_id,
        phase_id=phase_id,
        evaluation_id=this_round.evaluation_id,
        evaluated_at=this_round.now,
    )
