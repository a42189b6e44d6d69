"""Models measured in shadow, and which one a person made the model in use."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    String,
    Table,
    Text,
    select,
    update,
)

from warehouse.journal import audit
from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime

TrialStatus = Literal["shadow", "active", "retired", "turned down"]

model_trial: Final = Table(
    "model_trial",
    METADATA,
    Column("model_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column(
        "status",
        String(16),
        CheckConstraint("status IN ('shadow', 'active', 'retired', 'turned down')"),
        nullable=False,
    ),
    Column("measured_at", UtcDateTime, nullable=False),
    Column("report", JSON, nullable=False),
    Column("settings_model_id", String(64)),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("reason", Text),
)


@dataclass(frozen=True, slots=True)
class ModelTrial:
    """One model: what its measurements in shadow say, and what a person decided.

    Attributes
    ----------
    status
        "shadow" waits for a person; at most one is "active": the model of the next run.
    report
        As `blemish reprocess --json` printed it.
    settings_model_id
        The model that the settings named when this one was activated: another one there later is
        a newer decision.

    """

    model_id: str
    name: str
    status: TrialStatus
    measured_at: datetime
    report: dict[str, Any]
    settings_model_id: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


_COLUMNS: Final = tuple(model_trial.c[field.name] for field in fields(ModelTrial))


def model_trials(journal: Journal) -> list[ModelTrial]:
    """Return every trial, newest first."""
    wanted = select(*_COLUMNS).order_by(model_trial.c.measured_at.desc(), model_trial.c.model_id)
    with journal.reading() as connection:
        return [ModelTrial(*found) for found in connection.execute(wanted)]


def active_model(journal: Journal) -> ModelTrial | None:
    """Return the model that a person activated last; None where nobody ever did."""
    with journal.reading() as connection:
        return active_trial(connection)


def active_trial(connection: Connection) -> ModelTrial | None:
    """Return the model in use, within the transaction of the caller."""
    found = connection.execute(select(*_COLUMNS).where(model_trial.c.status == "active")).first()
    return None if found is None else ModelTrial(*found)


def trial_of(connection: Connection, model_id: str) -> ModelTrial | None:
    """Return one trial, within the transaction of the caller."""
    found = connection.execute(select(*_COLUMNS).where(model_trial.c.model_id == model_id)).first()
    return None if found is None else ModelTrial(*found)


def change_trial(connection: Connection, model_id: str, **values: Any) -> None:
    """Change columns of one trial, within the transaction of the caller."""
    change = update(model_trial).where(model_trial.c.model_id == model_id)
    connection.execute(change.values(values))


def note_trial(
    connection: Connection,
    model_id: str,
    before: ModelTrial | None,
    status: TrialStatus,
    *,
    who: str,
    now: datetime,
    reason: str,
) -> None:
    """Write into the audit trail what became of a model."""
    words = {"shadow": "measured in shadow", "active": "activated"}
    audit.append(
        connection,
        at=now,
        who=who,
        what=f"model {words.get(status, status)}",
        subject=model_id,
        before=None if before is None else {"status": before.status},
        after={"status": status},
        reason=reason,
    )
