"""What new signals mean for the episodes: a pure function, planned before anything is written."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from warehouse.journal.outbox import OutboxRow

EpisodeState = Literal["firing", "acknowledged", "investigating", "resolved"]
Outcome = Literal["opened", "joined", "late"]


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One episode; open until it is resolved. `signals` counts those joined to it."""

    episode_id: str
    characteristic_id: str
    rule_family: str
    state: EpisodeState
    opened_at: datetime
    first_signal_at: datetime
    last_signal_at: datetime
    signals: int
    closed_at: datetime | None
    headline: str


@dataclass(frozen=True, slots=True)
class FiredSignal:
    """A signal as the alerting sees it; `late`: too old for a mail (digest only)."""

    signal_id: str
    characteristic_id: str
    rule_family: str
    completing_at: datetime
    headline: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class HandledSignal:
    """What became of a new signal: it opened an episode, joined an open one, or came late."""

    signal: FiredSignal
    outcome: Outcome
    episode_id: str | None


@dataclass(frozen=True, slots=True)
class Handled:
    """What one alerting step did. Empty when every signal had been handled before."""

    signals: tuple[HandledSignal, ...] = ()
    opened: tuple[EpisodeRow, ...] = ()
    updated: tuple[EpisodeRow, ...] = ()
    messages: tuple[OutboxRow, ...] = ()


def plan_alerts(
    signals: Iterable[FiredSignal],
    *,
    handled: Collection[str],
    standing: Iterable[EpisodeRow],
    now: datetime,
) -> Handled:
    """Return what to do with those of `signals` whose id is not among `handled`.

    Parameters
    ----------
    standing
        The episodes that are not resolved, at most one per characteristic and rule family.
    now
        When an episode opens.

    """
    done = set(handled)
    stories = {(row.characteristic_id, row.rule_family): row for row in standing}
    opened: dict[str, EpisodeRow] = {}
    updated: dict[str, EpisodeRow] = {}
    decided = []
    for signal in sorted(signals, key=lambda one: (one.completing_at, one.signal_id)):
        if signal.signal_id in done:
            continue
        done.add(signal.signal_id)
        story = (signal.characteristic_id, signal.rule_family)
        row = stories.get(story)
        if row is not None:
            row = _joined(row, signal)
            (opened if row.episode_id in opened else updated)[row.episode_id] = row
            outcome: Outcome = "late" if signal.late else "joined"
        elif signal.late:
            outcome = "late"
        else:
            row = _opened(signal, now)
            opened[row.episode_id] = row
            outcome = "opened"
        if row is not None:
            stories[story] = row
        decided.append(HandledSignal(signal, outcome, row.episode_id if row else None))
    return Handled(tuple(decided), tuple(opened.values()), tuple(updated.values()))


def _opened(signal: FiredSignal, now: datetime) -> EpisodeRow:
    # The same signals give the same id, so a mail composed from a plan that is made again agrees.
    digest = hashlib.sha256(f"episode\0{signal.signal_id}".encode()).hexdigest()
    return EpisodeRow(
        episode_id=digest[:16],
        characteristic_id=signal.characteristic_id,
        rule_family=signal.rule_family,
        state="firing",
        opened_at=now,
        first_signal_at=signal.completing_at,
        last_signal_at=signal.completing_at,
        signals=1,
        closed_at=None,
        headline=signal.headline,
    )


def _joined(row: EpisodeRow, signal: FiredSignal) -> EpisodeRow:
    return replace(
        row,
        first_signal_at=min(row.first_signal_at, signal.completing_at),
        last_signal_at=max(row.last_signal_at, signal.completing_at),
        signals=row.signals + 1,
    )
