"""The outcome of a round: written into the warehouse in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobs.monitoring.evaluation import Evaluation
from jobs.monitoring.location_round import LocationOutcome
from warehouse.checkpoints import delete_stale_checkpoints, replace_checkpoints
from warehouse.connection import Connection
from warehouse.evaluated import replace_evaluated
from warehouse.figure_fits import FigureFit, insert_fits
from warehouse.location_tests import write_location
from warehouse.monitor_mark import MonitorMark, replace_mark
from warehouse.monitored_streams import StreamRow, replace_streams
from warehouse.part_groups import GroupRow, replace_groups
from warehouse.signals import SignalChanges, write_changes
from warehouse.states import write_states


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round found; nothing of it is written yet."""

    evaluations: Sequence[Evaluation]
    streams: Sequence[StreamRow]
    groups: Sequence[GroupRow]
    fits: Sequence[FigureFit]
    location: LocationOutcome
    added: int
    alpha: float
    late: Mapping[str, int] = field(default_factory=dict)


def write_outcome(connection: Connection, outcome: Outcome, mark: MonitorMark) -> None:
    """Write everything, within the transaction of the caller."""
    found = outcome.evaluations
    changes = SignalChanges(
        tuple(row for one in found for row in one.new_signals),
        tuple(row for one in found for row in one.withdrawn),
    )
    write_changes(connection, changes)
    replace_checkpoints(
        connection,
        [row for one in found for row in one.checkpoints],
        gone=[key for one in found for key in one.gone],
    )
    replace_evaluated(connection, [one.evaluated for one in found if one.evaluated is not None])
    replace_groups(connection, list(outcome.groups))
    insert_fits(connection, outcome.fits)
    write_location(connection, outcome.location.baselines, outcome.location.tests)
    replace_streams(connection, outcome.streams)
    write_states(connection, [one.state for one in found])
    # A disabled characteristic is not evaluated: its charts begin anew when it is enabled.
    delete_stale_checkpoints(connection)
    replace_mark(connection, mark)
