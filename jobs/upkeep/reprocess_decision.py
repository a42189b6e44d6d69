"""A person decides about a model that was measured in shadow."""

from inference.model_file import load_model
from jobs.clock import Clock
from jobs.errors import InputError
from jobs.measurement.model_choice import settings_model_id
from jobs.settings import Settings
from jobs.upkeep.reprocess_limits import JUST_AFTER
from warehouse.archive import Archive
from warehouse.connection import open_master
from warehouse.journal.characteristics import characteristics
from warehouse.journal.model_decisions import activate_model, turn_down_model
from warehouse.journal.model_trials import model_trials
from warehouse.journal.phases import PhaseRow
from warehouse.journal.store import Journal, open_journal
from warehouse.lock import run_lock
from warehouse.shadow import last_by_others
from warehouse.site import Site

FEWEST_DIGITS = 8


def activate(
    site: Site, settings: Settings, given: str, *, who: str, reason: str, clock: Clock
) -> tuple[str, list[PhaseRow]]:
    """Make a model the one that the next run uses; its limits are in force from there on.

    The limits judge every part captured after the last one that another model measured; the old
    limits judge all before, as ever.

    Returns
    -------
    tuple of str and list of PhaseRow
        The id of the model and the phases that are in force now.

    Raises
    ------
    InputError
        No name or no reason is given, or the id names no model, or several.
    RunLockedError
        A run is in progress, which would finish with the old model.
    ModelError, ArchiveError
        The model does not load any more.
    TransitionError
        The model does not wait for a decision.

    """
    _signed(who, reason)
    with run_lock(site.lock_file, "reprocess --activate"), open_journal(site.journal) as journal:
        model_id = _named(journal, given)
        load_model(Archive(site.archive).model_path(model_id))
        with open_master(site.master) as connection:
            last = last_by_others(connection, model_id)
        begins = {
            row.characteristic_id: last[row.stream] + JUST_AFTER
            for row in characteristics(journal)
            if row.stream in last
        }
        phases = activate_model(
            journal,
            model_id,
            settings_model_id=settings_model_id(settings, site.root),
            valid_from=begins,
            who=who,
            now=clock(),
            reason=reason,
        )
    return model_id, phases


def turn_down(
    site: Site, given: str, *, who: str, reason: str, clock: Clock
) -> tuple[str, list[PhaseRow]]:
    """Turn a model and the limits it proposed down; nothing else changes. Errors as `activate`."""
    _signed(who, reason)
    with open_journal(site.journal) as journal:
        model_id = _named(journal, given)
        return model_id, turn_down_model(journal, model_id, who=who, now=clock(), reason=reason)


def _signed(who: str, reason: str) -> None:
    if not who.strip() or not reason.strip():
        raise InputError("a person approves: give --who NAME and --reason TEXT")


def _named(journal: Journal, given: str) -> str:
    """The model that the beginning of an id names."""
    known = [trial.model_id for trial in model_trials(journal)]
    found = [each for each in known if each.startswith(given.lower())]
    if len(given) < FEWEST_DIGITS or len(found) != 1:
        listed = ", ".join(each[:12] for each in known) or "none"
        raise InputError(
            f"'{given}' names no model that was measured in shadow: give {FEWEST_DIGITS} or more of "
            f"its first digits; there are: {listed}"
        )
    return found[0]
