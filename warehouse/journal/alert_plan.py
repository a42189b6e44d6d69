"""What new signals mean for the episodes: a pure function, planned before anything is written."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from warehouse.journal.outbox import OutboxRow
from warehouse.journal.silence_scope import SilenceRow

EpisodeState = Literal["pending", "firing", "acknowledged", "investigating", "resolved"]
EpisodeKind = Literal["process", "camera"]
Told = Literal["nothing", "firing", "resolved"]
Outcome = Literal["opened", "joined", "late"]
Story = tuple[str, str]
"""Characteristic and rule family: at most one open episode each."""

HOLD: Final = timedelta(hours=1)
"""A story is mailed at most once in this time, whatever it does."""


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One episode; open until it is resolved. `signals` counts those joined to it.

    Attributes
    ----------
    muted_by
        What keeps it from being mailed: "silence 3", or the id of the camera episode that explains
        it; None for nothing. `muted_reason` says it in words.
    told
        What the last mail said of it; `told_at` when that mail was written.
    thread
        Message-ID of its first mail.

    """

    episode_id: str
    characteristic_id: str
    rule_family: str
    kind: EpisodeKind
    state: EpisodeState
    opened_at: datetime
    first_signal_at: datetime
    last_signal_at: datetime
    signals: int
    closed_at: datetime | None
    closed_reason: str
    headline: str
    muted_by: str | None = None
    muted_reason: str = ""
    told: Told = "nothing"
    told_at: datetime | None = None
    thread: str | None = None

    @property
    def story(self) -> Story:
        """The story it is an episode of."""
        return (self.characteristic_id, self.rule_family)

    @property
    def stream_key(self) -> str:
        """The key of the stream that its characteristic is measured on."""
        return self.characteristic_id.rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class FiredSignal:
    """A signal as the alerting sees it; `late`: too old for a mail (digest only)."""

    signal_id: str
    characteristic_id: str
    rule_family: str
    completing_at: datetime
    headline: str
    late: bool = False
    kind: EpisodeKind = "process"


@dataclass(frozen=True, slots=True)
class HandledSignal:
    """What became of a new signal: it opened an episode, joined an open one, or came late."""

    signal: FiredSignal
    outcome: Outcome
    episode_id: str | None


@dataclass(frozen=True, slots=True)
class Handled:
    """What one alerting step did. Empty when there was nothing to do.

    `opened` and `updated` are the episodes as they now stand. `firing` and `resolved` are those
    that a mail is to tell of; `members` holds the signal ids of the `firing` ones.
    """

    signals: tuple[HandledSignal, ...] = ()
    opened: tuple[EpisodeRow, ...] = ()
    updated: tuple[EpisodeRow, ...] = ()
    firing: tuple[EpisodeRow, ...] = ()
    resolved: tuple[EpisodeRow, ...] = ()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    messages: tuple[OutboxRow, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.signals or self.opened or self.updated)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the journal holds when a step is planned.

    Attributes
    ----------
    joined
        Every signal that was handled, with its episode where it has one.
    episodes
        Those that are open, those resolved ones whose end no mail has told, and the resolved ones
        that still explain a muted one.
    told_at
        When a mail last told of each story, for the stories told within `HOLD`.
    silences
        Those in force.

    """

    joined: Mapping[str, str | None]
    episodes: Sequence[EpisodeRow]
    told_at: Mapping[Story, datetime]
    silences: Sequence[SilenceRow]


def plan_signals(
    signals: Iterable[FiredSignal],
    *,
    handled: Collection[str],
    open_episodes: Iterable[EpisodeRow],
    now: datetime,
) -> tuple[tuple[HandledSignal, ...], dict[str, EpisodeRow]]:
    """Give each of `signals` that is not among `handled` its place.

    Parameters
    ----------
    open_episodes
        The episodes that are not resolved, at most one per story.
    now
        When an episode opens.

    Returns
    -------
    handled : one per new signal, in the order of their parts
    episodes : id to row, of those that opened or grew

    """
    done = set(handled)
    stories = {row.story: row for row in open_episodes}
    changed: dict[str, EpisodeRow] = {}
    decided = []
    for signal in sorted(signals, key=lambda one: (one.completing_at, one.signal_id)):
        if signal.signal_id in done:
            continue
        done.add(signal.signal_id)
        story = (signal.characteristic_id, signal.rule_family)
        row = stories.get(story)
        if row is not None:
            row = _joined(row, signal)
            outcome: Outcome = "late" if signal.late else "joined"
        elif signal.late:
            outcome = "late"
        else:
            row = _opened(signal, now)
            outcome = "opened"
        if row is not None:
            stories[story] = changed[row.episode_id] = row
        decided.append(HandledSignal(signal, outcome, row.episode_id if row else None))
    return tuple(decided), changed


def _opened(signal: FiredSignal, now: datetime) -> EpisodeRow:
    # The same signals give the same id, so a mail composed from a plan that is made again agrees.
    digest = hashlib.sha256(f"episode\0{signal.signal_id}".encode()).hexdigest()
    return EpisodeRow(
        episode_id=digest[:16],
        characteristic_id=signal.characteristic_id,
        rule_family=signal.rule_family,
        kind=signal.kind,
        state="pending",
        opened_at=now,
        first_signal_at=signal.completing_at,
        last_signal_at=signal.completing_at,
        signals=1,
        closed_at=None,
        closed_reason="",
        headline=signal.headline,
    )


def _joined(row: EpisodeRow, signal: FiredSignal) -> EpisodeRow:
    return replace(
        row,
        first_signal_at=min(row.first_signal_at, signal.completing_at),
        last_signal_at=max(row.last_signal_at, signal.completing_at),
        signals=row.signals + 1,
    )
