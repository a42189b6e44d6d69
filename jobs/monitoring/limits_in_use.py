"""Which limits judge a stream's newest points; proposed where there are none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from jobs.monitoring.characteristics import SYSTEM
from jobs.monitoring.judging import aware
from jobs.monitoring.proposals import NoLimits, Proposal, milestone, outgrown, propose_limits
from jobs.monitoring.round import Round
from jobs.monitoring.source import Source
from jobs.monitoring.states import Limits
from spc.phase import phase_from_dict, phase_to_dict
from warehouse.evaluated import EvaluatedRow
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow, phase, propose_phase, retire_phase
from warehouse.series import MetricSeries


@dataclass(frozen=True, slots=True)
class InUse:
    """Limits or why there are none, the number of a phase proposed now, and what was tried."""

    limits: Limits | NoLimits
    proposed: int | None
    evaluated: EvaluatedRow


def limits_in_use(
    this_round: Round,
    row: CharacteristicRow,
    source: Source,
    stored: list[PhaseRow],
    evaluated: EvaluatedRow,
) -> InUse:
    """Return the limits for the newest points, and the number of a phase proposed for want of them.

    A phase belongs to the model that measured its baseline: a new model never continues old limits,
    it gets a proposal of its own. After a person has retired a phase, the next baseline begins
    where that one ended: it was retired because the process is another one now.
    """
    mine = [one for one in stored if one.model_id == source.model_id]
    active = next((one for one in mine if one.status == "active"), None)
    if active is not None:
        return InUse(Limits(row=active, phase=phase_from_dict(active.phase)), None, evaluated)
    pending = max(
        (one for one in mine if one.status == "proposed"),
        key=lambda one: one.phase_id,
        default=None,
    )
    ended = [one.valid_to for one in mine if one.valid_to and one.valid_to > one.valid_from]
    start = max(ended, default=None)
    points = source.points if start is None else len(source.since(start))
    if points == 0 and (replaced := _waiting_for_model(stored, mine, start)) is not None:
        return InUse(Limits(row=replaced, phase=phase_from_dict(replaced.phase)), None, evaluated)
    wanted = milestone(points, this_round.settings.spc)
    if pending is not None:
        limits = Limits(row=pending, phase=phase_from_dict(pending.phase))
        if not outgrown(limits.phase, wanted, this_round.settings.spc):
            return InUse(limits, None, evaluated)
    minimum = this_round.settings.spc.minimum_points
    if points < minimum:
        return InUse(
            NoLimits(f"{points} of {minimum} {source.point_name} needed for limits"),
            None,
            evaluated,
        )
    if refusal := _refused_already(source, evaluated, start, wanted):
        return InUse(NoLimits(refusal), None, evaluated)
    return _learnt(this_round, row, source, evaluated, pending=pending, start=start, wanted=wanted)


def _waiting_for_model(
    stored: list[PhaseRow], mine: list[PhaseRow], ended: datetime | None
) -> PhaseRow | None:
    """The limits that another model's replaced when it was activated; it has measured no part yet."""
    if not any(one.status == "active" and one.valid_from == ended for one in stored):
        return None
    return next((one for one in mine if one.valid_to == ended), None)


def _refused_already(
    source: Source, evaluated: EvaluatedRow, start: datetime | None, wanted: int
) -> str | None:
    """Why there were no limits last time, where nothing that was looked at has changed since."""
    same = (
        evaluated.tried_model == source.model_id
        and evaluated.tried_from == start
        and evaluated.tried_points == wanted
        and evaluated.tried_until is not None
        and not source.touched.any_until(evaluated.tried_until)
    )
    return evaluated.refusal if same else None


def _learnt(
    this_round: Round,
    row: CharacteristicRow,
    source: Source,
    evaluated: EvaluatedRow,
    *,
    pending: PhaseRow | None,
    start: datetime | None,
    wanted: int,
) -> InUse:
    """Try to learn limits from the first `wanted` points since `start`."""
    series = source.since(start)
    stop = wanted
    while stop < len(series) and series.captured_at[stop] == series.captured_at[stop - 1]:
        stop += 1
    proposal = propose_limits(
        series.values[:stop],
        series.captured_at[:stop],
        chart=source.chart_of(row),
        alpha=this_round.alpha,
        spc=this_round.settings.spc,
    )
    tried = replace(
        evaluated,
        tried_model=source.model_id,
        tried_from=start,
        tried_points=wanted,
        tried_until=aware(series.captured_at[stop - 1]),
        refusal=proposal.reason if isinstance(proposal, NoLimits) else None,
    )
    if isinstance(proposal, NoLimits):
        return InUse(proposal, None, tried)
    if pending is not None:
        retire_phase(
            this_round.journal,
            pending.phase_id,
            who=SYSTEM,
            now=this_round.now,
            reason="more parts are known now",
        )
    phase_id = _stored(this_round, row, series, proposal)
    stored_row = phase(this_round.journal, phase_id)
    return InUse(Limits(row=stored_row, phase=proposal.phase), phase_id, tried)


def _stored(
    this_round: Round, row: CharacteristicRow, series: MetricSeries, proposal: Proposal
) -> int:
    """Write a proposal to the journal and return its number."""
    first_at = aware(series.captured_at[0])
    return propose_phase(
        this_round.journal,
        characteristic_id=row.characteristic_id,
        model_id=series.model_ids[-1],
        valid_from=first_at,
        first_pass_at=first_at,
        last_pass_at=aware(series.captured_at[proposal.length - 1]),
        phase=phase_to_dict(proposal.phase),
        created_by=SYSTEM,
        created_at=this_round.now,
        reason=f"{proposal.length} parts from the beginning of this stream, model and phase",
    )
