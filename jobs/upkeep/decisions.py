"""Decisions of a site as a JSON document: out of one journal, checked, into another.

Characteristics with their specification limits, the phases in force, the silences in force, and the
recipients of mails. A phase comes in as a proposal: limits that fit one line are approved by a person
on the next. Machine settings are in `blemish.toml` and move with that file.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, Field, ValidationError

from jobs.configuration.section import Section
from jobs.errors import InputError
from jobs.upkeep.recipient_document import (
    RecipientDocument,
    exported_recipients,
    recipient_changes,
)
from spc.errors import SpcError
from spc.phase import phase_from_dict
from warehouse.durable import durable_file
from warehouse.journal.characteristic_rules import setting_problem
from warehouse.journal.characteristics import (
    CharacteristicRow,
    characteristic_id,
    characteristics,
    save_characteristic,
)
from warehouse.journal.phases import PhaseRow, active_phases, phases, propose_phase
from warehouse.journal.recipients import Recipient
from warehouse.journal.silence_scope import SilenceScope
from warehouse.journal.silences import LONGEST, silence, silences
from warehouse.journal.store import Journal
from warehouse.records import Stream

FORMAT: Final = 2
"""The first had no recipients, and is still read."""

Word = Annotated[str, Field(min_length=1, max_length=200)]


class StreamDocument(Section):
    """Line, station, tool and part family."""

    line: Word
    station: Word
    tool: Word
    family: Word


class CharacteristicDocument(Section):
    """One characteristic as the document has it."""

    stream: StreamDocument
    metric: Word
    chart: Word | None
    rules: str
    spec_lower: float | None
    spec_upper: float | None
    unit: str
    enabled: bool


class PhaseDocument(Section):
    """One phase as the document has it."""

    characteristic_id: Word
    model_id: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    valid_from: AwareDatetime
    first_pass_at: AwareDatetime
    last_pass_at: AwareDatetime
    phase: dict[str, Any]
    reason: str


class SilenceDocument(Section):
    """One silence as the document has it."""

    line: str | None
    station: str | None
    tool: str | None
    family: str | None
    metric: str | None
    rule_family: str | None
    ends_at: AwareDatetime
    reason: Word


class DecisionDocument(Section):
    """The whole document."""

    format: Literal[1, 2]
    exported_from: str
    exported_at: AwareDatetime
    characteristics: list[CharacteristicDocument]
    phases: list[PhaseDocument]
    silences: list[SilenceDocument]
    recipients: list[RecipientDocument] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing an import does: in words, and the act itself."""

    words: str
    apply: Callable[[], object]


def export_decisions(journal: Journal, path: Path, *, site: str, now: datetime) -> int:
    """Write the decisions in force to a JSON file; return how many."""
    streams = [
        {**_without(asdict(row), "characteristic_id"), "stream": asdict(row.stream)}
        for row in characteristics(journal)
    ]
    frozen = [_phase(row) for row in active_phases(journal).values()]
    quiet = [
        {**asdict(row.scope), "ends_at": row.ends_at.isoformat(), "reason": row.reason}
        for row in silences(journal, in_force_at=now)
    ]
    people = exported_recipients(journal)
    document = {
        "format": FORMAT,
        "exported_from": site,
        "exported_at": now.isoformat(),
        "characteristics": streams,
        "phases": frozen,
        "silences": quiet,
        "recipients": people,
    }
    try:
        with durable_file(path) as file:
            text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return len(streams) + len(frozen) + len(quiet) + len(people)


def read_decisions(path: Path) -> DecisionDocument:
    """Read a document; InputError names the first thing in it that cannot be used."""
    try:
        document = DecisionDocument.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = " → ".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(f"{path}: {place}: {first['msg']}") from error
    for row in document.characteristics:
        if problem := setting_problem(_row(row)):
            raise InputError(f"{path}: characteristic {row.metric} of {row.stream.line}: {problem}")
    for person in document.recipients:
        if person.problem:
            raise InputError(f"{path}: recipients: {person.problem}")
    for phase in document.phases:
        try:
            phase_from_dict(phase.phase)
        except (SpcError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path}: phase of {phase.characteristic_id}: {error}") from error
    return document


def planned_changes(
    journal: Journal,
    document: DecisionDocument,
    *,
    who: str,
    now: datetime,
    reason: str,
    seed: Sequence[Recipient] = (),
) -> list[Change]:
    """Return what importing `document` changes here; nothing is written until each is applied.

    `seed` are the recipients of the settings file, which the first imported one takes over.
    """
    said = reason or f"imported from {document.exported_from}"
    present = {row.characteristic_id: row for row in characteristics(journal)}
    changes = []
    for one in document.characteristics:
        row = _row(one)
        before = present.get(row.characteristic_id)
        if before != row:
            words = f"add {row.characteristic_id}" if before is None else _difference(before, row)
            changes.append(Change(words, _saving(journal, row, who, now, said)))
    known = {_phase_key(_phase(row)) for row in phases(journal)}
    for phase in document.phases:
        values = phase.model_dump(mode="json")
        if _phase_key(values) not in known:
            words = (
                f"propose the limits of {phase.characteristic_id} of {phase.valid_from:%Y-%m-%d}"
            )
            changes.append(Change(words, _proposing(journal, phase, who, now, said)))
    quiet = {(row.scope, row.ends_at) for row in silences(journal, in_force_at=now)}
    for each in document.silences:
        scope = SilenceScope(**each.model_dump(exclude={"ends_at", "reason"}))
        until = min(each.ends_at, now + LONGEST)
        if until > now and (scope, each.ends_at) not in quiet:
            words = f"silence {scope} until {until:%Y-%m-%d %H:%M} UTC"
            changes.append(
                Change(
                    words,
                    _silencing(journal, scope, until=until, who=who, now=now, reason=each.reason),
                )
            )
    people = recipient_changes(
        journal, document.recipients, seed=seed, who=who, now=now, reason=said
    )
    return changes + [Change(one.words, one.apply) for one in people]


def _saving(
    journal: Journal, row: CharacteristicRow, who: str, now: datetime, reason: str
) -> Callable[[], object]:
    return lambda: save_characteristic(journal, row, who=who, now=now, reason=reason)


def _proposing(
    journal: Journal, phase: PhaseDocument, who: str, now: datetime, reason: str
) -> Callable[[], object]:
    return lambda: propose_phase(
        journal,
        characteristic_id=phase.characteristic_id,
        model_id=phase.model_id,
        valid_from=phase.valid_from,
        first_pass_at=phase.first_pass_at,
        last_pass_at=phase.last_pass_at,
        phase=phase.phase,
        created_by=who,
        created_at=now,
        reason=reason,
    )


def _silencing(
    journal: Journal, scope: SilenceScope, *, until: datetime, who: str, now: datetime, reason: str
) -> Callable[[], object]:
    return lambda: silence(journal, scope, until=until, who=who, now=now, reason=reason)


def _row(document: CharacteristicDocument) -> CharacteristicRow:
    values = document.model_dump(exclude={"stream"})
    stream = Stream(**document.stream.model_dump())
    return CharacteristicRow(
        characteristic_id=characteristic_id(stream, document.metric), stream=stream, **values
    )


def _difference(before: CharacteristicRow, after: CharacteristicRow) -> str:
    old, new = asdict(before), asdict(after)
    changed = ", ".join(
        f"{name} {old[name]} → {new[name]}" for name in new if old[name] != new[name]
    )
    return f"change {after.characteristic_id}: {changed}"


def _phase(row: PhaseRow) -> dict[str, Any]:
    values = {
        name: value for name, value in asdict(row).items() if name in PhaseDocument.model_fields
    }
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _phase_key(values: Mapping[str, Any]) -> str:
    """Return what makes two phases the same, whoever proposed them."""
    same = ("characteristic_id", "model_id", "phase")
    return json.dumps({name: values[name] for name in same}, sort_keys=True)


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
