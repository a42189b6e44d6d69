"""How the inspection itself stands: what it refused and why, how much it measured, with which model."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from warehouse.connection import Connection
from warehouse.intervals import Interval
from warehouse.sql import query


@dataclass(frozen=True, slots=True)
class RefusedFiles:
    """Files refused for one reason, and the newest of them."""

    reason: str
    files: int
    last_seen_at: datetime
    newest_path: str


@dataclass(frozen=True, slots=True)
class PictureDay:
    """Files that runs met first on a UTC day: measured, and refused."""

    day: date
    measured: int
    refused: int


@dataclass(frozen=True, slots=True)
class ModelAtWork:
    """A model with the images it measured in a period; `inference_ms` None without any."""

    model_id: str
    name: str
    first_used_at: datetime
    images: int
    inference_ms: float | None


@dataclass(frozen=True, slots=True)
class InspectorFacts:
    """All of it over one period."""

    refused: tuple[RefusedFiles, ...] = ()
    days: tuple[PictureDay, ...] = ()
    models: tuple[ModelAtWork, ...] = ()


def inspector_facts(
    connection: Connection, *, start: datetime | None = None, end: datetime | None = None
) -> InspectorFacts:
    """Return what was refused, measured and by which model in [start, end)."""
    interval = Interval.between(start, end)
    values = {"start": interval.start, "end": interval.end}

    refused = connection.execute(query("refused_by_reason"), values).fetchall()
    days = connection.execute(query("pictures_by_day"), values).fetchall()
    models = connection.execute(query("models_at_work"), values).fetchall()
    return InspectorFacts(
        refused=tuple(
            RefusedFiles(reason, files, at.astimezone(UTC), path)
            for reason, files, at, path in refused
        ),
        days=tuple(PictureDay(*row) for row in days),
        models=tuple(
            ModelAtWork(model_id, name, at.astimezone(UTC), images, ms)
            for model_id, name, at, images, ms in models
        ),
    )
