"""Evaluate every characteristic: limits proposed, signals found or withdrawn, states replaced.

Everything is computed from the stored series, in the order of capture, at every run. So a restart
in the middle of a pattern forgets nothing, a late part takes its place, and the same batch judged
twice gives the same signals. The state "drifting" is not given yet: a slope needs an interval
under autocorrelated errors.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jobs.monitoring.budget import points_per_week
from jobs.monitoring.characteristics import ensure_characteristics
from jobs.monitoring.evaluation import Evaluation, evaluate_characteristic
from jobs.monitoring.open_signals import episode_signals
from jobs.monitoring.round import Round
from jobs.monitoring.states import error_state
from jobs.settings import Settings
from spc.run_lengths.budget import divide_budget
from warehouse.connection import Connection, open_master
from warehouse.journal.characteristics import CharacteristicRow, characteristics
from warehouse.journal.store import Journal, open_journal
from warehouse.records import SignalRow, StateRow
from warehouse.runs import latest_runs
from warehouse.series import StreamSummary, streams
from warehouse.site import Site
from warehouse.states import replace_states, states

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """What one evaluation found.

    `alpha` is the share of the false-alarm budget that each point of limits frozen now would get.
    `proposed` are the numbers of new phases; `errors` maps a characteristic to why it has no state.
    """

    evaluated: int
    added: int
    alpha: float
    new_signals: tuple[SignalRow, ...] = ()
    withdrawn: tuple[SignalRow, ...] = ()
    proposed: tuple[int, ...] = ()
    states: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "evaluated": self.evaluated,
            "added": self.added,
            "alpha": self.alpha,
            "new_signals": [_signal_dict(row) for row in self.new_signals],
            "withdrawn": [_signal_dict(row) for row in self.withdrawn],
            "proposed_phases": list(self.proposed),
            "states": dict(self.states),
            "errors": dict(self.errors),
        }


def monitor(
    site: Site, settings: Settings, *, clock: Callable[[], datetime], run_id: int | None = None
) -> MonitorReport:
    """Evaluate every enabled characteristic of `site`; the caller holds the run lock.

    `run_id` is the run whose number the signals bear; without it, the newest run's.
    """
    with open_journal(site.journal) as journal, open_master(site.master) as connection:
        if run_id is None:
            newest = latest_runs(connection, 1)
            run_id = newest[0].run_id if newest else 0
        return evaluate_all(journal, connection, settings, now=clock(), evaluation_id=run_id)


def evaluate_all(
    journal: Journal,
    connection: Connection,
    settings: Settings,
    *,
    now: datetime,
    evaluation_id: int,
) -> MonitorReport:
    """Evaluate every enabled characteristic; one that fails gets the state "error", others go on."""
    summaries = streams(connection)
    added = ensure_characteristics(
        journal, [summary.stream for summary in summaries], settings.specification, now=now
    )
    rows = characteristics(journal, enabled_only=True)
    this_round = Round(
        journal=journal,
        connection=connection,
        settings=settings,
        alpha=alpha_of(rows, summaries, settings.spc.false_alarms_per_week),
        now=now,
        evaluation_id=evaluation_id,
        joined=episode_signals(journal),
    )
    known = {state.characteristic_id: state for state in states(connection)}
    outcomes = [_evaluated(this_round, row, known.get(row.characteristic_id)) for row in rows]
    replace_states(connection, [outcome.state for outcome in outcomes])
    return _report(outcomes, added=len(added), alpha=this_round.alpha)


def alpha_of(
    rows: list[CharacteristicRow], summaries: list[StreamSummary], false_alarms_per_week: float
) -> float:
    """Return each point's share of the budget, see `spc.run_lengths.budget`."""
    rates = {
        summary.stream: points_per_week(summary.inspections, summary.first_at, summary.last_at)
        for summary in summaries
    }
    budget = divide_budget(false_alarms_per_week, [rates.get(row.stream, 0.0) for row in rows])
    return budget.point_probability


def _evaluated(this_round: Round, row: CharacteristicRow, previous: StateRow | None) -> Evaluation:
    """One characteristic, whatever happens: a fault in one must not blind the plant to the rest."""
    try:
        return evaluate_characteristic(this_round, row, previous=previous)
    except Exception as error:
        logger.exception("characteristic %s could not be evaluated", row.characteristic_id)
        reason = f"could not be evaluated: {str(error) or type(error).__name__}"
        return Evaluation(state=error_state(row, reason, now=this_round.now, previous=previous))


def _report(outcomes: list[Evaluation], *, added: int, alpha: float) -> MonitorReport:
    """The sum of all outcomes."""
    return MonitorReport(
        evaluated=len(outcomes),
        added=added,
        alpha=alpha,
        new_signals=tuple(row for one in outcomes for row in one.new_signals),
        withdrawn=tuple(row for one in outcomes for row in one.withdrawn),
        proposed=tuple(one.proposed for one in outcomes if one.proposed is not None),
        states=dict(Counter(one.state.state for one in outcomes)),
        errors={
            one.state.characteristic_id: one.state.reason
            for one in outcomes
            if one.state.state == "error"
        },
    )


def _signal_dict(row: SignalRow) -> dict[str, object]:
    """One signal for a machine that reads the report."""
    return {
        "signal_id": row.signal_id,
        "characteristic": row.characteristic_id,
        "rule": row.rule,
        "panel": row.panel,
        "pass_id": row.completing_pass_id,
        "at": row.completing_at.isoformat(),
        "value": row.value,
    }
