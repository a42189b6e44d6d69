"""Who gets which alert: recipients of the journal, each told of their part of the plant only."""

from email import message_from_bytes
from email.policy import default

import pytest

from jobs.mail.digest import write_digest
from jobs.mail.message import build_message
from warehouse.journal.outbox import outbox
from warehouse.journal.recipients import Recipient, RecipientScope, save_recipient
from warehouse.journal.store import open_journal
from warehouse.records import Stream

PLATING = Stream("L1", "S10-plating", "bath-1", "HS-40")
PACKING = Stream("L1", "S20-packing", "cell-1", "HS-40")
OF_PLATING = RecipientScope(line="L1", station="S10-plating")


def add(plant, address, **fields):
    save_recipient(
        plant.journal, Recipient(address, **fields), seen=None, seed=(), who="Boss",
        now=plant.now, reason="new",
    )  # fmt: skip


def bad_night(plant):
    """Both stations send parts out of specification."""
    plant.configure(specification={"stain_count": 5}, alerts={"recipients": ["file@plant.example"]})
    plant.make([7])
    plant.make([8], stream=PLATING)
    return plant.night()[1]


def test_while_the_journal_names_nobody_those_of_the_file_get_one_mail(plant):
    report = bad_night(plant)
    assert [row.recipients for row in report.messages] == [("file@plant.example",)]


def test_each_gets_the_alerts_of_his_scope_and_each_alert_is_told_in_one_mail(plant):
    add(plant, "plating@plant.example", scope=OF_PLATING)
    add(plant, "lead@plant.example")
    add(plant, "off@plant.example", active=False)
    add(plant, "it@plant.example", alerts=False, failures=True)
    mails = {row.recipients: row for row in bad_night(plant).messages}
    both = ("plating@plant.example", "lead@plant.example")
    assert set(mails) == {both, ("lead@plant.example",)}
    shared, rest = mails[both], mails["lead@plant.example",]
    assert "S10-plating" in shared.body_text
    assert "S20-packing" not in shared.body_text + shared.body_html + shared.subject
    assert "S20-packing" in rest.body_text
    told = [set(row.episodes) for row in (shared, rest)]
    assert not told[0] & told[1]
    assert shared.message_id != rest.message_id
    # The journal counts now: nobody of the file is mailed.
    assert all("file@plant.example" not in row.recipients for row in mails.values())


def test_what_is_in_nobodys_scope_is_kept_and_says_so(plant):
    add(plant, "plating@plant.example", scope=OF_PLATING)
    bad_night(plant)
    kept = {row.state: row for row in outbox(plant.journal) if row.kind == "alert"}
    assert kept["pending"].recipients == ("plating@plant.example",)
    assert kept["dead"].recipients == ()
    assert kept["dead"].last_error == (
        "suppressed: no recipient is set for this part of the plant (Settings, Recipients)"
    )
    assert "S20-packing" in kept["dead"].body_text


def test_the_end_of_an_alert_is_told_to_those_of_its_scope(plant):
    add(plant, "plating@plant.example", scope=OF_PLATING)
    add(plant, "lead@plant.example")
    bad_night(plant)
    plant.make([2] * 60)
    plant.make([2] * 60, stream=PLATING, first=plant.now)
    _, report = plant.night()
    over = {row.recipients for row in report.messages if row.kind == "resolved"}
    assert over == {("plating@plant.example", "lead@plant.example"), ("lead@plant.example",)}


def test_a_digest_tells_of_the_part_that_was_chosen(plant):
    add(plant, "plating@plant.example", scope=OF_PLATING, digest=True)
    add(plant, "lead@plant.example", digest=True)
    bad_night(plant)
    assert write_digest(plant.journal, [], plant.settings, now=plant.now)
    assert not write_digest(plant.journal, [], plant.settings, now=plant.now)
    digests = {row.recipients: row for row in outbox(plant.journal) if row.kind == "digest"}
    part, whole = digests["plating@plant.example",], digests["lead@plant.example",]
    assert "This digest tells of line L1, station S10-plating only." in part.body_text
    assert "S20-packing" not in part.body_text + part.body_html
    assert "S20-packing" in whole.body_text
    assert "only" not in whole.subject
    assert "(line L1, station S10-plating)" in part.subject
    assert part.message_id != whole.message_id


def test_two_scopes_of_one_address_are_one_digest_of_both(plant):
    for scope in (OF_PLATING, RecipientScope(line="L1", station="S20-packing")):
        add(plant, "lead@plant.example", scope=scope, digest=True)
    bad_night(plant)
    assert write_digest(plant.journal, [], plant.settings, now=plant.now)
    (digest,) = [row for row in outbox(plant.journal) if row.kind == "digest"]
    assert digest.recipients == ("lead@plant.example",)
    assert "S10-plating" in digest.body_text
    assert "S20-packing" in digest.body_text


@pytest.mark.parametrize("name", ["Lead\r\nBcc: x@evil", "a@b, x@evil"])
def test_a_name_is_in_no_header(plant, name):
    """A name that got past the form by hand reaches no mail: only addresses are written."""
    add(plant, "lead@plant.example")
    with open_journal(plant.site.journal) as journal, journal.writing() as connection:
        connection.exec_driver_sql("UPDATE recipient SET name = ?", (name,))
    (row,) = bad_night(plant).messages
    message = message_from_bytes(
        build_message(row, sender="blemish@plant.example").as_bytes(), policy=default
    )
    assert message["To"] == "lead@plant.example"
    assert message["Bcc"] is None
    assert "evil" not in message.as_string()
