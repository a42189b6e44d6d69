"""Evaluate every characteristic: limits proposed, signals found or withdrawn, states replaced.

Points are judged in the order of capture. A run looks at what is new since the last one and goes
on from where each chart stood, or from before the first late part; what it remembers is written
together with the signals, so a restart in the middle of a pattern forgets nothing and the same
batch judged twice gives the same signals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jobs.monitoring.outcome import Outcome, write_outcome
from jobs.monitoring.site_round import evaluate_news
from jobs.settings import Settings
from warehouse.connection import Connection, open_master
from warehouse.evaluated import forget_evaluations
from warehouse.journal.store import Journal, open_journal
from warehouse.monitor_mark import newest_mark, stored_mark
from warehouse.records import SignalRow
from warehouse.runs import latest_runs
from warehouse.site import Site
from warehouse.transaction import transaction


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """What one evaluation found.

    `alpha` is the share of the false-alarm budget that each point of limits frozen now would get.
    `proposed` are the numbers of new phases; `errors` maps a characteristic to why it has no state;
    `late` how many parts of a stream were captured before others that had been evaluated.
    """

    evaluated: int
    added: int
    alpha: float
    new_signals: tuple[SignalRow, ...] = ()
    withdrawn: tuple[SignalRow, ...] = ()
    proposed: tuple[int, ...] = ()
    states: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)

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
            "late_parts": dict(self.late),
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
    anew: bool = False,
) -> MonitorReport:
    """Evaluate every enabled characteristic; one that fails gets the state "error", others go on.

    Parameters
    ----------
    anew
        Believe nothing of earlier evaluations and judge the whole history again; the outcome is
        the same.

    """
    stored = stored_mark(connection)
    newest = newest_mark(connection, now=now)
    if stored is None or anew:
        forget_evaluations(connection, groups=stored is None)
    outcome = evaluate_news(
        journal,
        connection,
        settings,
        mark=None if anew else stored,
        arrivals_after=-1 if stored is None else stored.arrival_row,
        now=now,
        evaluation_id=evaluation_id,
    )
    with transaction(connection):
        write_outcome(connection, outcome, newest)
    return _report(outcome)


def _report(outcome: Outcome) -> MonitorReport:
    """The sum of all outcomes."""
    found = outcome.evaluations
    return MonitorReport(
        evaluated=len(found),
        added=outcome.added,
        alpha=outcome.alpha,
        new_signals=tuple(row for one in found for row in one.new_signals),
        withdrawn=tuple(row for one in found for row in one.withdrawn),
        proposed=tuple(one.proposed for one in found if one.proposed is not None),
        states=dict(Counter(one.state.state for one in found)),
        errors={
            one.state.characteristic_id: one.state.reason
            for one in found
            if one.state.state == "error"
        },
        late=dict(outcome.late),
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
