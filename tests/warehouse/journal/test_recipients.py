"""Who gets mails: what can be stored, taken over from the settings file, and who changed it first."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from warehouse.errors import ChangedMeanwhileError, RecipientError, UnknownRowError
from warehouse.journal.audit import audit_trail, first_broken
from warehouse.journal.recipients import (
    Recipient,
    RecipientScope,
    is_address,
    recipients,
    save_recipient,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SEED = (Recipient("lead@plant.example", digest=True), Recipient("it@plant.example", failures=True))
WASH = RecipientScope(line="L1", station="wash")


def save(journal, wanted, *, seen=None, seed=(), who="QE-4", reason="new"):
    return save_recipient(journal, wanted, seen=seen, seed=seed, who=who, now=NOW, reason=reason)


@pytest.mark.parametrize(
    "address",
    [
        "", "lead", "lead@", "@plant", "two words@plant.example", "a@b@c", "a@b\r\nBcc: x@y",
        "a@b,c@d", "a@b;c@d", "<a@b>", '"a b"@c', "a@b\n", "a@b\x00", "a@-", "läd@plant.example",
        "x" * 65 + "@plant.example", "a@" + "b" * 260,
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(journal, address):
    assert not is_address(address)
    with pytest.raises(RecipientError, match="no mail address"):
        save(journal, Recipient(address))
    assert recipients(journal) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Recipient("a@b", name="Shift\r\nBcc: c@d"), "one line of at most 80"),
        (Recipient("a@b", name="x" * 81), "one line of at most 80"),
        (Recipient("a@b", alerts=False), "would get nothing"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_in_one_sentence(journal, row, said):
    with pytest.raises(RecipientError, match=said):
        save(journal, row)


def test_the_first_change_takes_those_of_the_settings_file_over(journal):
    added = save(journal, Recipient("wash@plant.example", scope=WASH), seed=SEED)
    assert [(row.recipient_id, row.address) for row in recipients(journal)] == [
        (1, "lead@plant.example"),
        (2, "it@plant.example"),
        (3, "wash@plant.example"),
    ]
    assert added.recipient_id == 3
    trail = audit_trail(journal)
    assert [(row.what, row.subject, row.reason) for row in reversed(trail)] == [
        ("recipient added", "lead@plant.example", "from [alerts] of the settings file"),
        ("recipient added", "it@plant.example", "from [alerts] of the settings file"),
        ("recipient added", "wash@plant.example", "new"),
    ]
    assert first_broken(journal) is None
    # From now on the file is not asked.
    save(journal, Recipient("b@plant.example"), seed=SEED)
    assert len(recipients(journal)) == 4


def test_one_of_the_file_is_changed_where_it_stands(journal):
    save(journal, replace(SEED[1], alerts=False), seen=SEED[1], seed=SEED, reason="only failures")
    lead, it = recipients(journal)
    assert (lead.alerts, it.alerts, it.failures) == (True, False, True)
    newest = audit_trail(journal)[0]
    assert (newest.what, newest.before["alerts"], newest.after["alerts"]) == (
        "recipient changed",
        True,
        False,
    )


def test_the_later_of_two_changes_is_told_and_writes_nothing(journal):
    seen = save(journal, Recipient("a@plant.example"))
    save(journal, replace(seen, digest=True), seen=seen, who="QE-7")
    with pytest.raises(ChangedMeanwhileError, match="digest is True now, not False"):
        save(journal, replace(seen, active=False), seen=seen)
    assert recipients(journal) == [replace(seen, digest=True)]
    with pytest.raises(ChangedMeanwhileError, match="took the recipients of the settings file"):
        save(journal, replace(SEED[0], active=False), seen=SEED[0], seed=SEED)
    with pytest.raises(UnknownRowError):
        save(journal, seen, seen=replace(seen, recipient_id=99))


def test_an_address_is_there_once_for_each_part_of_the_plant(journal):
    row = save(journal, Recipient("a@plant.example"))
    save(journal, Recipient("a@plant.example", scope=WASH))
    with pytest.raises(RecipientError, match="is a recipient for the whole plant already"):
        save(journal, Recipient("A@plant.example", digest=True))
    assert save(journal, row, seen=row) == row
    assert len(audit_trail(journal)) == 2
