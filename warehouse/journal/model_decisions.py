"""What a person decides about a model in shadow: it becomes the one in use, or is turned down."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal.model_trials import (
    ModelTrial,
    active_trial,
    change_trial,
    model_trial,
    note_trial,
    trial_of,
)
from warehouse.journal.phases import (
    PhaseRow,
    end_proposal,
    insert_proposal,
    proposals_of_model,
    put_in_force,
)
from warehouse.journal.store import Journal


def store_trial(
    journal: Journal,
    trial: ModelTrial,
    proposals: Sequence[Mapping[str, Any]],
    *,
    who: str,
    reason: str,
) -> None:
    """Keep what a model measured in shadow and propose the limits it gives, all or nothing.

    Earlier proposals of this model are replaced.

    Parameters
    ----------
    proposals
        Columns of phases with status "proposed".

    Raises
    ------
    TransitionError
        The model is in use: it has nothing to prove.

    """
    values = {"name": trial.name, "measured_at": trial.measured_at, "report": trial.report}
    now = trial.measured_at
    with journal.writing() as connection:
        before = trial_of(connection, trial.model_id)
        if before is None:
            added = insert(model_trial)
            connection.execute(added.values(model_id=trial.model_id, status="shadow", **values))
        elif before.status == "active":
            raise TransitionError(f"model {trial.model_id[:12]} is the one in use")
        else:
            change_trial(connection, trial.model_id, status="shadow", **values)
        note_trial(connection, trial.model_id, before, "shadow", who=who, now=now, reason=reason)
        for row in proposals_of_model(connection, trial.model_id):
            end_proposal(connection, row, who=who, now=now, reason="measured again")
        for columns in proposals:
            insert_proposal(connection, columns)


def activate_model(
    journal: Journal,
    model_id: str,
    *,
    settings_model_id: str | None,
    valid_from: Mapping[str, datetime],
    who: str,
    now: datetime,
    reason: str,
) -> list[PhaseRow]:
    """Make a model in shadow the one in use and put its proposed limits in force, all or nothing.

    Parameters
    ----------
    settings_model_id
        The model that the settings name at present.
    valid_from
        By characteristic: the limits are in force for parts captured from then on; `now` for
        others.

    Returns
    -------
    list of PhaseRow
        The phases as they were proposed.

    Raises
    ------
    UnknownRowError
        The model was never measured in shadow.
    TransitionError
        It is in use, was turned down, or was replaced: measure the baseline with it again.

    """
    with journal.writing() as connection:
        before = _waiting(connection, model_id)
        previous = active_trial(connection)
        if previous is not None:
            change_trial(connection, previous.model_id, status="retired")
            note_trial(
                connection, previous.model_id, previous, "retired", who=who, now=now, reason=reason
            )
        decided = {"decided_by": who, "decided_at": now, "reason": reason}
        change_trial(
            connection, model_id, status="active", settings_model_id=settings_model_id, **decided
        )
        note_trial(connection, model_id, before, "active", who=who, now=now, reason=reason)
        proposed = proposals_of_model(connection, model_id)
        for row in proposed:
            begins = valid_from.get(row.characteristic_id, now)
            put_in_force(
                connection, row.phase_id, who=who, now=now, reason=reason, valid_from=begins
            )
    return proposed


def turn_down_model(
    journal: Journal, model_id: str, *, who: str, now: datetime, reason: str
) -> list[PhaseRow]:
    """Turn a model in shadow down, its proposed limits too; errors as `activate_model`."""
    with journal.writing() as connection:
        before = _waiting(connection, model_id)
        decided = {"decided_by": who, "decided_at": now, "reason": reason}
        change_trial(connection, model_id, status="turned down", **decided)
        note_trial(connection, model_id, before, "turned down", who=who, now=now, reason=reason)
        proposed = proposals_of_model(connection, model_id)
        for row in proposed:
            end_proposal(connection, row, who=who, now=now, reason=reason)
    return proposed


def _waiting(connection: Connection, model_id: str) -> ModelTrial:
    row = trial_of(connection, model_id)
    if row is None:
        raise UnknownRowError(
            f"model {model_id[:12]} was never measured in shadow; `blemish reprocess --model FILE` "
            "does it"
        )
    if row.status != "shadow":
        raise TransitionError(
            f"model {model_id[:12]} is {row.status}; `blemish reprocess --model FILE` measures the "
            "baseline with it again"
        )
    return row
