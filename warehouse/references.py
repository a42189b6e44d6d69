"""What facts refer to elsewhere: originals, masks and models in the archive, phases in the journal."""

from typing import NamedTuple

from warehouse.connection import Connection
from warehouse.sql import query


class MeasuredBy(NamedTuple):
    """One measurement of an image; the archive has the original, its sidecar and this mask."""

    image_id: str
    model_id: str
    image_format: str


def measured_images(connection: Connection) -> list[MeasuredBy]:
    """Return every measurement, by image."""
    return [MeasuredBy(*row) for row in connection.execute(query("images_by_model")).fetchall()]


def known_models(connection: Connection) -> list[str]:
    """Return the ids of the models that measured anything here."""
    return [model_id for (model_id,) in connection.execute(query("model_ids")).fetchall()]


def models_used(connection: Connection) -> set[str]:
    """Return the models of the inspections that are there."""
    return {model_id for (model_id,) in connection.execute(query("models_used")).fetchall()}


def signal_phases(connection: Connection) -> dict[str, int]:
    """Return the phase of each signal; 0 for one that needs no limits."""
    return dict(connection.execute(query("signal_phases")).fetchall())
