"""What the alerts page shows: episodes, silences and mails, arranged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from dashboard.address import AlertsView
from warehouse.journal.alert_plan import EpisodeRow, EpisodeState
from warehouse.journal.outbox import OutboxRow, OutboxState
from warehouse.journal.silence_scope import SilenceRow, SilenceScope
from warehouse.records import Stream

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class AlertBoard:
    """Everything about alerts: episodes newest first, silences in force, mails by state.

    `waiting` and `dead` are the mails that are not sent yet, and those given up; `ledger` says
    what became of every alert.
    """

    episodes: Sequence[EpisodeRow] = ()
    silences: Sequence[SilenceRow] = ()
    mails: Mapping[OutboxState, int] = field(default_factory=dict)
    waiting: Sequence[OutboxRow] = ()
    dead: Sequence[OutboxRow] = ()
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class StateLook:
    """How an episode's state is shown, and its place in the list."""

    rank: int
    tone: str
    icon: str


LOOKS: dict[EpisodeState, StateLook] = {
    "firing": StateLook(0, "bad", "signal"),
    "pending": StateLook(1, "bad", "few"),
    "acknowledged": StateLook(2, "warn", "check"),
    "investigating": StateLook(3, "warn", "screening"),
    "resolved": StateLook(4, "good", "check"),
}

SILENCE_TIMES = {
    "8h": (timedelta(hours=8), "a shift"),
    "1d": (timedelta(days=1), "a day"),
    "3d": (timedelta(days=3), "three days"),
    "7d": (timedelta(days=7), "a week"),
}
SILENCE_SCOPES = {
    "alert": "This alert",
    "characteristic": "This characteristic",
    "stream": "This stream",
    "station": "The whole station",
}


def chosen_episodes(board: AlertBoard, view: AlertsView) -> list[EpisodeRow]:
    """Return the episodes of `view`: what waits for somebody first, then the newest."""
    found = [
        row
        for row in board.episodes
        if (view.state == "all" or row.state != "resolved") and view.kind in ("any", row.kind)
    ]
    return sorted(found, key=lambda row: (LOOKS[row.state].rank, -row.last_signal_at.timestamp()))


def silence_scope(row: EpisodeRow, choice: str) -> SilenceScope:
    """Return what a silence of this episode covers.

    Parameters
    ----------
    choice
        One of `SILENCE_SCOPES`; anything else is the narrowest.

    """
    key, _, metric = row.characteristic_id.rpartition(":")
    stream = Stream.from_key(key)
    if choice == "station":
        return SilenceScope(line=stream.line, station=stream.station)
    whole = SilenceScope(
        line=stream.line, station=stream.station, tool=stream.tool, family=stream.family
    )
    if choice == "stream":
        return whole
    return SilenceScope(
        line=whole.line,
        station=whole.station,
        tool=whole.tool,
        family=whole.family,
        metric=metric,
        rule_family=None if choice == "characteristic" else row.rule_family,
    )
