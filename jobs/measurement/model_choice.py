"""Which model a run measures with: the one a person activated, else the file of the settings."""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

from inference.errors import ModelError
from inference.model_variant import ModelVariant, in_precision, model_variant
from jobs.settings import Settings, model_file
from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.errors import JournalError
from warehouse.journal.model_trials import ModelTrial, active_model
from warehouse.journal.phases import active_phases
from warehouse.journal.store import open_journal
from warehouse.references import models_used
from warehouse.runs import latest_runs
from warehouse.site import Site

logger = logging.getLogger(__name__)
RUNS_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model in the archive, whose name is its hash: a file swapped meanwhile is not seen.

    Attributes
    ----------
    warning
        A sentence for a person where nobody has compared it with the model before.
    trial
        The decision that made it the model in use; None where the settings name it.

    """

    model_id: str
    path: Path
    warning: str = ""
    trial: ModelTrial | None = None


def choose_model(
    site: Site, settings: Settings, archive: Archive, connection: Connection
) -> ModelChoice:
    """Return the model of a run, copied into the archive.

    The newest decision counts: an activation, unless the settings name another file since. The
    model that comes with the program is no decision: an update of the program replaces no model
    that a person activated.

    Raises
    ------
    ModelError
        There is no such file.
    ArchiveError
        The archive has lost the activated model.

    """
    try:
        with open_journal(site.journal) as journal:
            trial, approved = active_model(journal), active_phases(journal)
    except JournalError as error:
        return _without_journal(site, settings, archive, connection, error)
    if trial is not None and goes_first(trial, settings, site.root):
        return ModelChoice(trial.model_id, archive.model_path(trial.model_id), trial=trial)
    found = settings_model(settings, site.root)
    model_id, path = found.model_id, archived_model(found, archive)
    known = models_used(connection)
    unproved = known - {model_id} and model_id not in {row.model_id for row in approved.values()}
    return ModelChoice(model_id, path, _changed_words(found) if unproved else "")


def goes_first(trial: ModelTrial, settings: Settings, root: Path) -> bool:
    """Tell whether an activated model still goes before the one that the settings name."""
    if model_file(settings, root) is None:
        return True
    found = settings_model_id(settings, root)
    return found in (None, trial.model_id, trial.settings_model_id)


def settings_model_id(settings: Settings, root: Path) -> str | None:
    """Return the id of the model the settings name; None without one that can be read."""
    if model_file(settings, root) is None:
        return None
    try:
        return settings_model(settings, root).model_id
    except ModelError:
        return None


def settings_model(settings: Settings, root: Path) -> ModelVariant:
    """Return the model of the settings, or the shipped one, as engine and precision have it.

    Raises
    ------
    ModelError
        There is no such file.

    """
    inference = settings.inference
    path = in_precision(model_file(settings, root), inference.precision)
    return model_variant(path, inference.engine)


def archived_model(model: ModelVariant, archive: Archive) -> Path:
    """Copy a model into the archive; return where it lies."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(model.content)
        return archive.store_model(model.model_id, path)


def _without_journal(
    site: Site,
    settings: Settings,
    archive: Archive,
    connection: Connection,
    error: JournalError,
) -> ModelChoice:
    """Go on with the model of the last run: who knows what people decided since."""
    logger.warning("the decision on the model cannot be read: %s", error)
    runs = latest_runs(connection, RUNS_LOOKED_AT)
    last = next((row.model_id for row in runs if row.model_id is not None), None)
    if last is None:
        found = settings_model(settings, site.root)
        return ModelChoice(found.model_id, archived_model(found, archive))
    warning = f"the model of the last run is used, as the journal cannot be read: {error}"
    return ModelChoice(last, archive.model_path(last), warning)


def _changed_words(model: ModelVariant) -> str:
    return (
        f"the model has changed: {model.path.name} ({model.model_id[:12]}) was not compared with "
        "the one before, and its parts have no approved limits; the next step is `blemish "
        f"reprocess --model {model.path}`, which measures the baseline with it"
    )
