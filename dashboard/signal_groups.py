"""Signals as people tell them: neighbouring points that break one rule are one story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from spc.errors import ChartError
from spc.rules import rule_in_words
from warehouse.journal.causes import CauseRow
from warehouse.records import SignalRow

RUNNING_AVERAGE = "running-average"
SPECIFICATION = "specification"
NEAR = 3
"""Signals of one rule at most this many points apart belong together."""


@dataclass(frozen=True, slots=True)
class SignalGroup:
    """Signals of one rule at neighbouring points, oldest first; `number` as on the chart."""

    number: int
    words: str
    signals: tuple[SignalRow, ...]
    cause: CauseRow | None

    @property
    def first_at(self) -> datetime:
        """When the first of its parts was captured."""
        return self.signals[0].completing_at

    @property
    def last_at(self) -> datetime:
        """When the last of its parts was captured."""
        return self.signals[-1].completing_at

    @property
    def withdrawn(self) -> bool:
        """Whether none of its signals holds any longer."""
        return all(signal.withdrawn_at is not None for signal in self.signals)

    @property
    def most_extreme(self) -> SignalRow:
        """The signal furthest from its centre."""
        return max(self.signals, key=lambda signal: abs(signal.value - signal.center))


def signal_words(rule: str, panel: str) -> str:
    """Say which rule was broken, and on which statistic.

    Examples
    --------
    >>> signal_words("specification", "specification")
    'part out of specification'
    >>> signal_words("home-made-3", "individuals")
    'home-made-3'

    """
    if SPECIFICATION in (panel, rule):
        return "part out of specification"
    try:
        return rule_in_words(rule)
    except ChartError:
        # A rule of a newer or an own set is still a signal: its name is better than no page.
        return rule


def signal_groups(
    signals: Sequence[SignalRow], positions: Mapping[str, int], causes: Mapping[str, CauseRow]
) -> tuple[SignalGroup, ...]:
    """Group the signals of one characteristic, oldest first.

    Parameters
    ----------
    signals
        Any order; withdrawn ones form groups of their own.
    positions
        Place of each pass in the series. A signal of a pass that is no longer in it stands alone.
    causes
        By signal id; a cause given to one signal is the cause of its group.

    """
    stories: dict[tuple[str, str, int, bool], list[list[SignalRow]]] = {}
    for signal in sorted(signals, key=lambda one: one.completing_at):
        gone = signal.withdrawn_at is not None
        found = stories.setdefault((signal.rule, signal.panel, signal.phase_id, gone), [])
        if found and _are_near(found[-1][-1], signal, positions):
            found[-1].append(signal)
        else:
            found.append([signal])
    ordered = sorted(
        (group for found in stories.values() for group in found),
        key=lambda group: (group[0].completing_at, group[0].panel),
    )
    return tuple(
        SignalGroup(
            number=number,
            words=signal_words(group[0].rule, group[0].panel),
            signals=tuple(group),
            cause=next(
                (causes[one.signal_id] for one in reversed(group) if one.signal_id in causes), None
            ),
        )
        for number, group in enumerate(ordered, start=1)
    )


def _are_near(before: SignalRow, after: SignalRow, positions: Mapping[str, int]) -> bool:
    first = positions.get(before.completing_pass_id)
    second = positions.get(after.completing_pass_id)
    return first is not None and second is not None and second - first <= NEAR
