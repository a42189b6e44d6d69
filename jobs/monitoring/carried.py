"""What a round starts from: what the stores remember, read once for all characteristics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warehouse.checkpoints import ChartKey, Checkpoint, newest_checkpoints
from warehouse.connection import Connection
from warehouse.evaluated import EvaluatedRow, evaluated_rows
from warehouse.journal.phases import PhaseRow, phases
from warehouse.journal.store import Journal
from warehouse.records import SignalRow, StateRow
from warehouse.signals import newest_open_signals, open_signals
from warehouse.states import states


@dataclass(frozen=True, slots=True)
class Carried:
    """By characteristic: phases, last state, what it rested on, signals; by chart: checkpoints.

    `newest_open` is when the newest signal that holds was completed, by chart.
    """

    phases: Mapping[str, list[PhaseRow]]
    states: Mapping[str, StateRow]
    evaluated: Mapping[str, EvaluatedRow]
    open_signals: Mapping[str, Sequence[SignalRow]]
    newest_open: Mapping[ChartKey, datetime]
    checkpoints: Mapping[ChartKey, Checkpoint]
    _charts: Mapping[str, list[int]] = field(default_factory=dict)
    _signalled: Mapping[str, list[int]] = field(default_factory=dict)

    def evaluated_of(self, characteristic_id: str) -> EvaluatedRow:
        """Return what the last evaluation rested on, blank for a new characteristic."""
        blank = EvaluatedRow(characteristic_id, *[None] * 8)
        return self.evaluated.get(characteristic_id, blank)

    def charts_of(self, characteristic_id: str) -> list[int]:
        """Return the phases of a characteristic that have a checkpoint."""
        return self._charts.get(characteristic_id, [])

    def signalled_phases(self, characteristic_id: str) -> list[int]:
        """Return the phases of a characteristic that have signals that hold."""
        return self._signalled.get(characteristic_id, [])


def carried(
    journal: Journal,
    connection: Connection,
    *,
    since: datetime,
    of_open_episodes: frozenset[str],
    anew: bool,
) -> Carried:
    """Read what a round starts from.

    Parameters
    ----------
    since
        Signals from here on may still want attention.
    of_open_episodes
        Ids of older signals that do.
    anew
        Nothing of earlier evaluations is believed.

    """
    by_characteristic: dict[str, list[PhaseRow]] = defaultdict(list)
    for row in phases(journal):
        by_characteristic[row.characteristic_id].append(row)
    holding: dict[str, list[SignalRow]] = defaultdict(list)
    for signal in open_signals(connection, since=since, also=of_open_episodes):
        holding[signal.characteristic_id].append(signal)
    checkpoints = {} if anew else newest_checkpoints(connection)
    newest_open = newest_open_signals(connection)
    return Carried(
        phases=by_characteristic,
        states={row.characteristic_id: row for row in states(connection)},
        evaluated={} if anew else evaluated_rows(connection),
        open_signals=holding,
        newest_open=newest_open,
        checkpoints=checkpoints,
        _charts=_phases_of(checkpoints),
        _signalled=_phases_of(newest_open),
    )


def _phases_of(charts: Iterable[ChartKey]) -> dict[str, list[int]]:
    """The phases of each characteristic."""
    found: dict[str, list[int]] = defaultdict(list)
    for characteristic_id, phase_id in charts:
        found[characteristic_id].append(phase_id)
    return found
