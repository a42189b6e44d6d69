"""Recipients in words, and between a form and the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from dashboard.errors import FormError
from warehouse.journal.recipients import Recipient, RecipientScope, recipient_problem
from warehouse.records import Stream


def plain_recipient(row: Recipient) -> dict[str, Any]:
    """Return a recipient as a form keeps it: as it was seen."""
    return asdict(row)


def seen_recipient(data: Any) -> Recipient | None:
    """Return the recipient that a form kept, None for a new one; FormError for what is neither.

    Examples
    --------
    >>> row = Recipient("lead@plant.example", scope=RecipientScope(line="L1"), recipient_id=3)
    >>> seen_recipient(plain_recipient(row)) == row, seen_recipient(None)
    (True, None)

    """
    if data is None:
        return None
    try:
        return Recipient(**{**data, "scope": RecipientScope(**data["scope"])})
    except (KeyError, TypeError) as error:
        raise FormError("This form is not complete any more; open it again.") from error


def wanted_recipient(seen: Recipient | None, form: Mapping[str, Any]) -> Recipient:
    """Return what a form asks for; FormError with one sentence where it cannot be."""
    kinds = {name: bool(form[name]) for name in ("alerts", "digest", "failures", "active")}
    row = replace(
        seen or Recipient(""),
        address=str(form["address"] or "").strip(),
        name=str(form["name"] or "").strip(),
        scope=scope_of(form["scope"]),
        **kinds,
    )
    if problem := recipient_problem(row):
        raise FormError(f"{problem[0].upper()}{problem[1:]}.")
    return row


def gets_words(row: Recipient) -> str:
    """Return what goes to a recipient.

    Examples
    --------
    >>> gets_words(Recipient("a@x", digest=True))
    'alerts, digest'

    """
    kinds = [name for name in ("alerts", "digest", "failures") if getattr(row, name)]
    return ", ".join(kinds) or "nothing"


def recipient_differences(before: Recipient | None, after: Recipient) -> list[tuple[str, str, str]]:
    """Return what differs between two states of a recipient, or all of a new one."""

    def told(row: Recipient | None) -> list[str]:
        if row is None:
            return [""] * 5
        mails = "on" if row.active else "off"
        return [row.address, row.name, gets_words(row), str(row.scope), mails]

    names = ("Address", "Name", "Gets", "Of", "Mails")
    found = zip(names, told(before), told(after), strict=True)
    return [(name, old, new) for name, old, new in found if old != new]


def scope_key(scope: RecipientScope) -> str:
    """Return a scope as the value of a list.

    Examples
    --------
    >>> scope_key(RecipientScope(line="L1", station="wash/rinse"))
    'L1/wash%2Frinse//'

    """
    return Stream(*(value or "" for value in asdict(scope).values())).key


def scope_of(key: Any) -> RecipientScope:
    """Return the scope of a list's value; FormError for what is none.

    Examples
    --------
    >>> scope_of("L1/wash%2Frinse//")
    RecipientScope(line='L1', station='wash/rinse', tool=None, family=None)

    """
    text = str(key or "///")
    if text.count("/") != 3:
        raise FormError("Choose of which part of the plant.")
    stream = Stream.from_key(text)
    return RecipientScope(*(value or None for value in asdict(stream).values()))


def scopes_of(streams: Sequence[Stream]) -> list[RecipientScope]:
    """Return the scopes there are: the whole plant, each line, each station, each stream.

    Examples
    --------
    >>> [str(scope) for scope in scopes_of([Stream("L1", "wash", "T1", "HS")])]
    ['the whole plant', 'line L1', 'line L1, station wash', 'line L1, station wash, tool T1, family HS']

    """
    found: dict[RecipientScope, None] = {RecipientScope(): None}
    # Line, station, then the whole stream: a tool without its family helps nobody.
    for depth in (1, 2, 4):
        for stream in sorted(streams, key=lambda one: one.key):
            found[RecipientScope(*list(asdict(stream).values())[:depth])] = None
    return list(found)
