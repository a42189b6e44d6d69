"""Which model a run measures with: the one a person activated, else the file of the settings."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from inference.errors import ModelError
from inference.segmenter import default_model_path
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
    model_id, path = archived_model(settings, site.root, archive)
    known = models_used(connection)
    unproved = known - {model_id} and model_id not in {row.model_id for row in approved.values()}
    return ModelChoice(model_id, path, _changed_words(settings, model_id) if unproved else "")


def goes_first(trial: ModelTrial, settings: Settings, root: Path) -> bool:
    """Tell whether an activated model still goes before the file that the settings name."""
    named = model_file(settings, root)
    if named is None:
        return True
    try:
        found = _hash(named)
    except OSError:
        return True
    return found in (trial.model_id, trial.settings_model_id)


def settings_model_id(settings: Settings, root: Path) -> str | None:
    """Return the id of the model file the settings name; None without one that can be read."""
    named = model_file(settings, root)
    try:
        return None if named is None else _hash(named)
    except OSError:
        return None


def archived_model(settings: Settings, root: Path, archive: Archive) -> tuple[str, Path]:
    """Copy the model of the settings into the archive; return its id and the copy.

    Raises
    ------
    ModelError
        There is no such file.

    """
    path = model_file(settings, root) or default_model_path()
    try:
        model_id = _hash(path)
    except OSError as error:
        raise ModelError(
            f"no readable model at {path} ({error.strerror}); see [inference] model in the settings"
        ) from error
    return model_id, archive.store_model(model_id, path)


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
        return ModelChoice(*archived_model(settings, site.root, archive))
    warning = f"the model of the last run is used, as the journal cannot be read: {error}"
    return ModelChoice(last, archive.model_path(last), warning)


def _changed_words(settings: Settings, model_id: str) -> str:
    file = settings.inference.model or "FILE"
    return (
        f"the model file has changed: model {model_id[:12]} was not compared with the one before, "
        "and its parts have no approved limits; the next step is `blemish reprocess --model "
        f"{file}`, which measures the baseline with it"
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
