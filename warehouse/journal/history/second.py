"""What schema version 2 made anew, as it shipped: episodes that can be held back, and silences."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

SECOND: Final = MetaData()

_UTC: Final = DateTime(timezone=True)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _time(name: str) -> Column[datetime]:
    return Column(name, _UTC, nullable=False)


Table(
    "episode",
    SECOND,
    Column("episode_id", String(64), primary_key=True),
    _text("characteristic_id"),
    _text("rule_family"),
    Column("kind", String(16), CheckConstraint("kind IN ('process', 'camera')"), nullable=False),
    Column(
        "state",
        String(16),
        CheckConstraint(
            "state IN ('pending', 'firing', 'acknowledged', 'investigating', 'resolved')"
        ),
        nullable=False,
    ),
    _time("opened_at"),
    _time("first_signal_at"),
    _time("last_signal_at"),
    Column("signals", Integer, nullable=False),
    Column("closed_at", _UTC),
    _text("closed_reason"),
    _text("headline"),
    # "silence 3", or the id of the camera episode that explains it.
    Column("muted_by", Text),
    _text("muted_reason"),
    Column(
        "told",
        String(16),
        CheckConstraint("told IN ('nothing', 'firing', 'resolved')"),
        nullable=False,
    ),
    Column("told_at", _UTC),
    # The Message-ID of its first mail: later ones are answers to it.
    Column("thread", Text),
    Index("episode_of_characteristic", "characteristic_id", "rule_family", "state"),
)

Table(
    "silence",
    SECOND,
    Column("silence_id", Integer, primary_key=True),
    # Null is any; at least one is set.
    Column("line", Text),
    Column("station", Text),
    Column("tool", Text),
    Column("family", Text),
    Column("metric", Text),
    Column("rule_family", Text),
    _time("starts_at"),
    _time("ends_at"),
    _text("reason"),
    _text("created_by"),
    _time("created_at"),
    Column("ended_at", _UTC),
    Column("ended_by", Text),
)

Table(
    "signal_handled",
    SECOND,
    Column("signal_id", String(80), primary_key=True),
    _text("characteristic_id"),
    _text("rule_family"),
    _time("completing_at"),
    _time("handled_at"),
    Column(
        "outcome",
        String(16),
        CheckConstraint("outcome IN ('opened', 'joined', 'late')"),
        nullable=False,
    ),
    Column("episode_id", String(64), ForeignKey("episode.episode_id")),
    Column("withdrawn_at", _UTC),
    Index("signal_of_episode", "episode_id"),
)
