"""The tables of schema version 1, as they shipped.

A copy, not an import: `warehouse.journal.tables` goes on changing, and a journal made today must
pass through the same versions as one that was made then.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

FIRST: Final = MetaData()

_UTC: Final = DateTime(timezone=True)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _time(name: str) -> Column[datetime]:
    return Column(name, _UTC, nullable=False)


Table(
    "characteristic",
    FIRST,
    Column("characteristic_id", Text, primary_key=True),
    _text("line"),
    _text("station"),
    _text("tool"),
    _text("family"),
    _text("metric"),
    Column("chart", Text),
    _text("rules"),
    Column("spec_lower", Double),
    Column("spec_upper", Double),
    _text("unit"),
    Column("enabled", Boolean, nullable=False),
    UniqueConstraint("line", "station", "tool", "family", "metric"),
)

Table(
    "phase",
    FIRST,
    Column("phase_id", Integer, primary_key=True),
    _text("characteristic_id"),
    _text("model_id"),
    Column(
        "status",
        String(16),
        CheckConstraint("status IN ('proposed', 'active', 'retired')"),
        nullable=False,
    ),
    _time("valid_from"),
    Column("valid_to", _UTC),
    _time("first_pass_at"),
    _time("last_pass_at"),
    Column("phase", JSON, nullable=False),
    _text("created_by"),
    _time("created_at"),
    _text("reason"),
    Index("phase_of_characteristic", "characteristic_id", "status"),
)

Table(
    "episode",
    FIRST,
    Column("episode_id", String(64), primary_key=True),
    _text("characteristic_id"),
    _text("rule_family"),
    Column(
        "state",
        String(16),
        CheckConstraint("state IN ('firing', 'acknowledged', 'investigating', 'resolved')"),
        nullable=False,
    ),
    _time("opened_at"),
    _time("first_signal_at"),
    _time("last_signal_at"),
    Column("signals", Integer, nullable=False),
    Column("closed_at", _UTC),
    _text("headline"),
    Index("episode_of_characteristic", "characteristic_id", "rule_family", "state"),
)

Table(
    "signal_handled",
    FIRST,
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

Table(
    "cause",
    FIRST,
    Column("signal_id", String(80), primary_key=True),
    _text("code"),
    _text("text"),
    _text("action"),
    _text("owner"),
    Column("due", Date),
    _text("created_by"),
    _time("created_at"),
)

Table(
    "outbox",
    FIRST,
    Column("message_id", String(255), primary_key=True),
    _time("created_at"),
    Column("recipients", JSON, nullable=False),
    Column("delivered_to", JSON, nullable=False),
    _text("subject"),
    _text("body_text"),
    _text("body_html"),
    Column(
        "state",
        String(16),
        CheckConstraint("state IN ('pending', 'sent', 'dead')"),
        nullable=False,
    ),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("next_try_at", _UTC),
    Column("delivered_at", _UTC),
    Index("outbox_due", "state", "next_try_at"),
)

Table(
    "attachment",
    FIRST,
    Column("message_id", String(255), ForeignKey("outbox.message_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _text("name"),
    _text("content_type"),
    Column("content_id", Text),
    Column("data", LargeBinary, nullable=False),
)

Table(
    "run_request",
    FIRST,
    Column("request_id", Integer, primary_key=True),
    _text("requested_by"),
    _time("requested_at"),
    Column(
        "state",
        String(16),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')"),
        nullable=False,
    ),
    Column("started_at", _UTC),
    Column("finished_at", _UTC),
    _text("outcome"),
)

Table(
    "memory",
    FIRST,
    Column("key", String(255), primary_key=True),
    _text("value"),
    _time("updated_at"),
)

Table(
    "audit",
    FIRST,
    Column("audit_id", Integer, primary_key=True, autoincrement=False),
    _time("at"),
    _text("who"),
    _text("what"),
    _text("subject"),
    Column("before", Text),
    Column("after", Text),
    _text("reason"),
    # Unique, so that two rows can never follow the same one: the chain cannot fork.
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    Index("audit_of_subject", "subject"),
)
