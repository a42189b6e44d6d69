"""Evaluate one characteristic: its limits, the signals against them, and the state that follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jobs.mail.change import change_in_words
from jobs.monitoring.carried import Carried
from jobs.monitoring.judging import (
    NO_PHASE,
    Judge,
    as_series_time,
    judge_phase,
    judge_specification,
)
from jobs.monitoring.level_drift import drift_in_words
from jobs.monitoring.limits_in_use import limits_in_use
from jobs.monitoring.open_signals import still_open
from jobs.monitoring.proposals import NoLimits
from jobs.monitoring.round import Round
from jobs.monitoring.source import Source
from jobs.monitoring.states import Evidence, Limits, Tail, state_of
from spc.phase import phase_from_dict
from warehouse.checkpoints import ChartKey, Checkpoint, checkpoint_before
from warehouse.evaluated import EvaluatedRow
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow
from warehouse.journal.specification_changes import limits_at
from warehouse.records import SignalRow, StateRow
from warehouse.series import MetricSeries
from warehouse.signals import SignalChanges, plan_changes, signals_from

WITHDRAWN = "does not hold any more"
NO_CHANGES = SignalChanges((), ())
CHANGE_LOOKS_BACK = timedelta(days=14)
CHANGE_POINTS = 400
"""Points in which the beginning of a signalled change is looked for: more only take time."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome for one characteristic, to be written; `proposed` is a phase proposed now."""

    state: StateRow
    evaluated: EvaluatedRow | None = None
    new_signals: tuple[SignalRow, ...] = ()
    withdrawn: tuple[SignalRow, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    gone: tuple[ChartKey, ...] = ()
    proposed: int | None = None

    @property
    def changes(self) -> SignalChanges:
        """What becomes of the stored signals."""
        return SignalChanges(self.new_signals, self.withdrawn)


def evaluate_characteristic(
    this_round: Round, row: CharacteristicRow, source: Source, carried: Carried
) -> Evaluation:
    """Propose limits where due and judge the new points by the limits of their time.

    Nothing is written but proposals: the outcome goes into the warehouse together with that of all
    others, so that a run that is cut short is simply made again.
    """
    key = row.characteristic_id
    stored = carried.phases.get(key, [])
    use = limits_in_use(this_round, row, source, stored, carried.evaluated_of(key))
    charts = _in_force(stored, use.limits)
    pieces = [_judged(this_round, row, source, one, carried) for one in charts]
    pieces.append(_out_of_specification(this_round, row, source, carried))
    in_force = {NO_PHASE, *(one.phase_id for one in charts)}
    gone = tuple((key, one) for one in carried.charts_of(key) if one not in in_force)
    pieces.append(_of_ended_phases(this_round, key, in_force, carried))
    new = tuple(row for changes, _ in pieces for row in changes.inserted)
    withdrawn = tuple(row for changes, _ in pieces for row in changes.withdrawn)
    gone_ids = {one.signal_id for one in withdrawn}
    holding = still_open(
        [one for one in carried.open_signals.get(key, ()) if one.signal_id not in gone_ids]
        + list(new),
        this_round.joined,
        now=this_round.now,
        max_age=this_round.max_age,
    )
    previous = carried.states.get(key)
    evaluated = _rested_on(this_round, row, source, use.evaluated, use.limits)
    tail = _tail(source, previous, known=key in carried.evaluated)
    evidence = Evidence(
        characteristic=_as_of(this_round, row, tail.latest_at),
        tail=tail,
        limits=use.limits,
        open_signals=holding,
        drift=evaluated.drift or "",
        change=_change(this_round, source, use.limits, holding),
        late=_late_in_words(source),
    )
    return Evaluation(
        state=state_of(evidence, now=this_round.now, previous=previous),
        evaluated=evaluated,
        new_signals=new,
        withdrawn=withdrawn,
        checkpoints=tuple(one for _, one in pieces if one is not None),
        gone=gone,
        proposed=use.proposed,
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
    this_round: Round, row: CharacteristicRow, source: Source, one: PhaseRow, carried: Carried
) -> tuple[SignalChanges, Checkpoint | None]:
    """What one phase says of the points since the last checkpoint that nothing new precedes."""
    key = (row.characteristic_id, one.phase_id)
    newest, after = carried.checkpoints.get(key), None
    if newest is not None:
        moment = _first_change(source, one, newest)
        if moment is None:
            return NO_CHANGES, None
        after = newest if newest.reached_at < moment else checkpoint_before(
            this_round.connection, key, moment
        )  # fmt: skip
    start = judges_after(one) if after is None else after.reached_at
    judged = judge_phase(
        phase_from_dict(one.phase),
        source.since(start, one.model_id),
        _judge(this_round, row, one.phase_id),
        baseline_ends=judges_after(one),
        valid_to=one.valid_to,
        after=after,
    )
    changes = NO_CHANGES
    newest_open = carried.newest_open.get(key)
    if judged.signals or (newest_open is not None and newest_open >= start):
        place = (start, "\U0010ffff" if after is None else after.pass_id)
        stored = [
            signal
            for signal in signals_from(this_round.connection, *key, start)
            if (signal.completing_at, signal.completing_pass_id) > place
        ]
        limits_changed = newest is None or newest.valid_to != one.valid_to
        changes = plan_changes(
            stored,
            judged.signals,
            now=this_round.now,
            reason=f"{WITHDRAWN}: {_why(source, limits_changed=limits_changed)}",
        )
    return changes, judged.checkpoint


def judges_after(one: PhaseRow) -> datetime:
    """Return the instant behind which a phase judges: its baseline's end, or when it came in force."""
    return max(one.last_pass_at, one.valid_from - timedelta(microseconds=1))


def _first_change(source: Source, one: PhaseRow, newest: Checkpoint) -> datetime | None:
    """When the first point was captured whose verdict may have changed; None where none has."""
    moments = [source.touched_of(one.model_id).first_from(judges_after(one), one.valid_to)]
    if newest.valid_to != one.valid_to:
        moments += [newest.valid_to, one.valid_to]
    return min((moment for moment in moments if moment is not None), default=None)


def _why(source: Source, *, limits_changed: bool) -> str:
    """Why a signal is withdrawn, in words."""
    if limits_changed:
        return "the limits have changed"
    if source.late:
        return f"late data, {source.late} {source.point_name} captured before the newest ones"
    return "parts have been measured again"


def _late_in_words(source: Source) -> str:
    return f"late data: {source.late} {source.point_name} took their place" if source.late else ""


def _of_ended_phases(
    this_round: Round, key: str, in_force: set[int], carried: Carried
) -> tuple[SignalChanges, None]:
    """Withdraw the signals of proposals that were turned down or replaced."""
    ended = [one for one in carried.signalled_phases(key) if one not in in_force]
    gone = [
        replace(
            signal,
            withdrawn_at=this_round.now,
            withdrawn_reason=f"{WITHDRAWN}: the limits have changed",
        )
        for phase_id in ended
        for signal in signals_from(this_round.connection, key, phase_id, this_round.beginning)
        if signal.withdrawn_at is None
    ]
    return SignalChanges((), tuple(gone)), None


def _out_of_specification(
    this_round: Round, row: CharacteristicRow, source: Source, carried: Carried
) -> tuple[SignalChanges, None]:
    """Young parts out of the specification of their time, by whichever model.

    Older ones stay as they were found, and so do those captured before a person changed it.
    """
    key = row.characteristic_id
    before = carried.evaluated.get(key)
    limits = (row.spec_lower, row.spec_upper)
    changes = this_round.limit_changes.get(key, ())
    changed = before is None or (before.spec_lower, before.spec_upper) != limits
    horizon = this_round.now - this_round.max_age
    newest_open = carried.newest_open.get((key, NO_PHASE))
    never = limits == (None, None) and not changes
    if never and (newest_open is None or newest_open < horizon):
        return NO_CHANGES, None
    since: datetime | None = horizon if changed else source.first_touched(horizon)
    if since is None:
        return NO_CHANGES, None
    young = judge_specification(
        source.latest_since(since),
        _judge(this_round, row, NO_PHASE),
        limits=limits,
        changes=changes,
        since=since,
    )
    if not young and (newest_open is None or newest_open < since):
        return NO_CHANGES, None
    stored = signals_from(this_round.connection, key, NO_PHASE, since)
    reason = f"{WITHDRAWN}: {_why(source, limits_changed=changed)}"
    return plan_changes(stored, young, now=this_round.now, reason=reason), None


def _as_of(
    this_round: Round, row: CharacteristicRow, captured_at: datetime | None
) -> CharacteristicRow:
    """The characteristic with the specification that its newest part is judged by."""
    changes = this_round.limit_changes.get(row.characteristic_id, ())
    if captured_at is None or not changes:
        return row
    lower, upper = limits_at(changes, (row.spec_lower, row.spec_upper), captured_at)
    return replace(row, spec_lower=lower, spec_upper=upper)


def _tail(source: Source, previous: StateRow | None, *, known: bool) -> Tail:
    """The end of the series; as it was where nothing is new."""
    if previous is not None and known and previous.state != "error" and not source.is_touched:
        return Tail.of_state(previous)
    return Tail.of_series(source.newest(), source.points)


def _rested_on(
    this_round: Round,
    row: CharacteristicRow,
    source: Source,
    evaluated: EvaluatedRow,
    limits: Limits | NoLimits,
) -> EvaluatedRow:
    """What this evaluation rested on; the drift of a level is judged where there is something new."""
    changed = (evaluated.spec_lower, evaluated.spec_upper) != (row.spec_lower, row.spec_upper)
    drift = evaluated.drift
    if source.is_touched or changed:
        drift = None
        if isinstance(limits, Limits):
            drift = drift_in_words(row, this_round.daily_means(row, source.model_id)) or None
    return replace(evaluated, spec_lower=row.spec_lower, spec_upper=row.spec_upper, drift=drift)


def _change(
    this_round: Round,
    source: Source,
    limits: Limits | NoLimits,
    holding: Iterable[SignalRow],
) -> str:
    """When the level that signals tell of probably began, in words; empty without."""
    if not isinstance(limits, Limits):
        return ""
    own = [one for one in holding if one.phase_id == limits.row.phase_id]
    if not own:
        return ""
    since = max(limits.row.last_pass_at, own[0].completing_at - CHANGE_LOOKS_BACK)
    series = _newest(source.since(since), own[-1].completing_at)
    return change_in_words(series, limits.row, own, this_round.settings.zone)


def _newest(series: MetricSeries, until: datetime) -> MetricSeries:
    """The points up to `until`, at most `CHANGE_POINTS` of them."""
    stop = int((series.captured_at <= as_series_time(until)).sum())
    return series.slice(max(0, stop - CHANGE_POINTS), stop)


def _judge(this_round: Round, row: CharacteristicRow, phase_id: int) -> Judge:
    return Judge(
        characteristic_id=row.characteristic_id,
        phase_id=phase_id,
        evaluation_id=this_round.evaluation_id,
        evaluated_at=this_round.now,
    )
