"""Which limits judge a stream's newest points; proposed where there are none."""

from __future__ import annotations

import numpy as np

from jobs.monitoring.characteristics import SYSTEM
from jobs.monitoring.judging import as_series_time, aware
from jobs.monitoring.proposals import NoLimits, Proposal, outgrown, propose_limits
from jobs.monitoring.round import Round
from jobs.monitoring.states import Limits
from spc.phase import phase_from_dict, phase_to_dict
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow, phase, propose_phase, retire_phase
from warehouse.series import MetricSeries


def limits_in_use(
    this_round: Round, row: CharacteristicRow, series: MetricSeries, stored: list[PhaseRow]
) -> tuple[Limits | NoLimits, int | None]:
    """Return the limits for the newest points, and the number of a phase proposed for want of them.

    `series` holds the points of one model. A phase belongs to the model that measured its
    baseline: a new model never continues old limits, it gets a proposal of its own. After a person
    has retired a phase, the next baseline begins where that one ended: it was retired because the
    process is another one now.
    """
    if not len(series):
        return NoLimits("no parts measured yet"), None
    mine = [one for one in stored if one.model_id == series.model_ids[-1]]
    active = next((one for one in mine if one.status == "active"), None)
    if active is not None:
        return Limits(row=active, phase=phase_from_dict(active.phase)), None
    pending = max(
        (one for one in mine if one.status == "proposed"),
        key=lambda one: one.phase_id,
        default=None,
    )
    spc = this_round.settings.spc
    if pending is not None:
        limits = Limits(row=pending, phase=phase_from_dict(pending.phase))
        if not outgrown(limits.phase, len(series) - _beginning(series, mine), spc):
            return limits, None
    start = _beginning(series, mine)
    proposal = propose_limits(
        series.values[start:],
        series.captured_at[start:],
        chart=row.chart,
        alpha=this_round.alpha,
        spc=spc,
    )
    if isinstance(proposal, NoLimits):
        return proposal, None
    if pending is not None:
        retire_phase(
            this_round.journal,
            pending.phase_id,
            who=SYSTEM,
            now=this_round.now,
            reason="more parts are known now",
        )
    phase_id = _stored(this_round, row, series, start, proposal)
    stored_row = phase(this_round.journal, phase_id)
    return Limits(row=stored_row, phase=proposal.phase), phase_id


def _beginning(series: MetricSeries, mine: list[PhaseRow]) -> int:
    """Return the first position after the last phase of this model that was in force."""
    ends = [one.valid_to for one in mine if one.valid_to and one.valid_to > one.valid_from]
    if not ends:
        return 0
    return int(np.searchsorted(series.captured_at, as_series_time(max(ends)), side="left"))


def _stored(
    this_round: Round, row: CharacteristicRow, series: MetricSeries, start: int, proposal: Proposal
) -> int:
    """Write a proposal to the journal and return its number."""
    first_at = aware(series.captured_at[start])
    return propose_phase(
        this_round.journal,
        characteristic_id=row.characteristic_id,
        model_id=series.model_ids[-1],
        valid_from=first_at,
        first_pass_at=first_at,
        last_pass_at=aware(series.captured_at[start + proposal.length - 1]),
        phase=phase_to_dict(proposal.phase),
        created_by=SYSTEM,
        created_at=this_round.now,
        reason=f"{proposal.length} parts from the beginning of this stream, model and phase",
    )
