"""Which signals still want somebody's attention: facts held against the journal's episodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from warehouse.journal.alerts import episodes, signals_of_episode
from warehouse.journal.store import Journal
from warehouse.records import SignalRow


@dataclass(frozen=True, slots=True)
class EpisodeSignals:
    """Ids of the signals that belong to an open episode, and to one that is resolved."""

    in_open: frozenset[str]
    in_resolved: frozenset[str]


def episode_signals(journal: Journal, *, since: datetime) -> EpisodeSignals:
    """Return which signals belong to which kind of episode.

    Of resolved episodes only those with a signal at or after `since` are looked at: older signals
    want nobody's attention any more.
    """
    in_open: set[str] = set()
    in_resolved: set[str] = set()
    for row in episodes(journal):
        resolved = row.state == "resolved"
        if not resolved or row.last_signal_at >= since:
            joined = signals_of_episode(journal, row.episode_id)
            (in_resolved if resolved else in_open).update(joined)
    return EpisodeSignals(frozenset(in_open), frozenset(in_resolved))


def still_open(
    signals: Iterable[SignalRow], joined: EpisodeSignals, *, now: datetime, max_age: timedelta
) -> list[SignalRow]:
    """Return the signals that hold and that nobody closed, oldest first.

    One of an open episode stays until the episode is resolved. One without an episode counts while
    it is young enough to alarm: the signals of a history loaded at once are no state of today.
    """
    return sorted(
        (
            row
            for row in signals
            if row.withdrawn_at is None
            and (
                row.signal_id in joined.in_open
                or (row.signal_id not in joined.in_resolved and now - row.completing_at <= max_age)
            )
        ),
        key=lambda row: (row.completing_at, row.signal_id),
    )
