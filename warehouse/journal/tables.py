"""The tables of the journal, in SQL that SQLite and PostgreSQL both speak."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

METADATA: Final = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; SQLite keeps it without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone and store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; times must be aware")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _time(name: str) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=False)


characteristic = Table(
    "characteristic",
    METADATA,
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

phase = Table(
    "phase",
    METADATA,
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
    Column("valid_to", UtcDateTime),
    _time("first_pass_at"),
    _time("last_pass_at"),
    Column("phase", JSON, nullable=False),
    _text("created_by"),
    _time("created_at"),
    _text("reason"),
    Index("phase_of_characteristic", "characteristic_id", "status"),
)

episode = Table(
    "episode",
    METADATA,
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
    Column("closed_at", UtcDateTime),
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
    Column("told_at", UtcDateTime),
    # The Message-ID of its first mail: later ones are answers to it.
    Column("thread", Text),
    Index("episode_of_characteristic", "characteristic_id", "rule_family", "state"),
)

silence = Table(
    "silence",
    METADATA,
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
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
)

signal_handled = Table(
    "signal_handled",
    METADATA,
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
    Column("withdrawn_at", UtcDateTime),
    Index("signal_of_episode", "episode_id"),
)

cause = Table(
    "cause",
    METADATA,
    Column("signal_id", String(80), primary_key=True),
    _text("code"),
    _text("text"),
    _text("action"),
    _text("owner"),
    Column("due", Date),
    _text("created_by"),
    _time("created_at"),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("message_id", String(255), primary_key=True),
    _time("created_at"),
    Column("kind", String(16), nullable=False, server_default="alert"),
    Column("recipients", JSON, nullable=False),
    Column("delivered_to", JSON, nullable=False),
    # Recipient to the server's words, for those it will never take.
    Column("refused", JSON, nullable=False, server_default="{}"),
    # Message-IDs it answers, oldest first (References).
    Column("thread", JSON, nullable=False, server_default="[]"),
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
    Column("next_try_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Index("outbox_due", "state", "next_try_at"),
)

attachment = Table(
    "attachment",
    METADATA,
    Column("message_id", String(255), ForeignKey("outbox.message_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _text("name"),
    _text("content_type"),
    Column("content_id", Text),
    Column("data", LargeBinary, nullable=False),
)

run_request = Table(
    "run_request",
    METADATA,
    Column("request_id", Integer, primary_key=True),
    _text("requested_by"),
    _time("requested_at"),
    Column(
        "state",
        String(16),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')"),
        nullable=False,
    ),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    _text("outcome"),
)

memory = Table(
    "memory",
    METADATA,
    Column("key", String(255), primary_key=True),
    _text("value"),
    _time("updated_at"),
)

audit = Table(
    "audit",
    METADATA,
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
