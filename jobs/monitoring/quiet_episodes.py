"""End the stories that are over: a stream that went on without a signal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jobs.monitoring.characteristics import SYSTEM
from warehouse.connection import Connection
from warehouse.journal.alerts import EpisodeRow, FiredSignal, episodes
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.episode_states import set_episode_state
from warehouse.journal.store import Journal
from warehouse.records import LOCATION_METRICS, SHARE_METRICS
from warehouse.series import metric_series

QUIET_POINTS = 50
"""Parts in a row without a signal after which an episode that nobody works on is over."""

QUIET_GROUPS = 10
"""The same in groups of parts, where a share is charted."""

QUIET_NIGHTS = 7
"""The same in nights, where a point is one night's test of the places of defects."""


def resolve_quiet(
    journal: Journal,
    connection: Connection,
    known: dict[str, CharacteristicRow],
    fired: Sequence[FiredSignal],
    *,
    now: datetime,
) -> list[str]:
    """Resolve episodes whose stream went on without a signal, and return their ids.

    `known` are the characteristics that are evaluated; the episodes of others stay open.

    Without this, an episode that nobody closes would swallow the next trouble of its stream: a
    signal that joins an open episode sends no mail. It is done before the signals of this run are
    handled, so a new episode lives until the next run at least, and a signal that comes after the
    quiet opens an episode of its own. One that is investigated is a person's to close.
    """
    resolved = []
    for episode in episodes(journal, open_only=True):
        row = known.get(episode.characteristic_id)
        if row is None or episode.state == "investigating":
            continue
        points = quiet_points(row.metric)
        quiet = metric_series(
            connection,
            row.stream,
            row.metric,
            start=episode.last_signal_at,
            end=_next_signal(episode, fired),
            limit=points + 1,
        )
        # The series begins with the last signal's own part.
        if len(quiet) > points:
            set_episode_state(
                journal,
                episode.episode_id,
                "resolved",
                who=SYSTEM,
                now=now,
                reason=f"{in_words(row.metric)} in a row without a signal",
            )
            resolved.append(episode.episode_id)
    return resolved


def quiet_points(metric: str) -> int:
    """Return how many points of a metric without a signal end a story.

    Examples
    --------
    >>> quiet_points("stain_count"), quiet_points("stain_location")
    (50, 7)

    """
    if metric in LOCATION_METRICS:
        return QUIET_NIGHTS
    return QUIET_GROUPS if metric in SHARE_METRICS else QUIET_POINTS


def in_words(metric: str) -> str:
    """Return those points in words.

    Examples
    --------
    >>> in_words("refused_share")
    '10 groups of parts'

    """
    noun = "nights" if metric in LOCATION_METRICS else "parts"
    return f"{quiet_points(metric)} {'groups of parts' if metric in SHARE_METRICS else noun}"


def _next_signal(episode: EpisodeRow, fired: Sequence[FiredSignal]) -> datetime | None:
    """When the first signal after an episode's last one completed; None without one."""
    later = (
        one.completing_at
        for one in fired
        if one.characteristic_id == episode.characteristic_id
        and one.rule_family == episode.rule_family
        and one.completing_at > episode.last_signal_at
    )
    return min(later, default=None)
