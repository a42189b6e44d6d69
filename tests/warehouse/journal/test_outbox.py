from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal.audit import audit_trail
from warehouse.journal.outbox import (
    Attachment,
    OutboxRow,
    back_off,
    claim_due,
    enqueue,
    outbox,
    outbox_counts,
    record_attempt,
    revive,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CHART = Attachment("chart.png", "image/png", b"\x89PNG\x00\xff", "chart1")


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def make_mail(name="<1@site>", *, minutes=0, **fields):
    mail = OutboxRow(name, at(minutes), ("qe4@plant", "qe7@plant"), "Signal", "text", "<p>html</p>")
    return replace(mail, **fields)


def test_a_mail_is_queued_once(journal):
    assert enqueue(journal, make_mail())
    assert not enqueue(journal, make_mail(subject="another"))
    assert [row.subject for row in outbox(journal)] == ["Signal"]
    assert outbox_counts(journal) == {"pending": 1, "sent": 0, "dead": 0}


def test_a_claimed_mail_has_all_it_had(journal):
    second = Attachment("data.csv", "text/csv", b"a,b")
    enqueue(journal, make_mail(attachments=(CHART, second)))
    (mail,) = claim_due(journal, now=NOW)
    assert mail.attachments == (CHART, second)
    assert (mail.recipients, mail.attempts, mail.remaining) == (
        ("qe4@plant", "qe7@plant"),
        1,
        ("qe4@plant", "qe7@plant"),
    )


def test_a_claim_keeps_others_off_until_its_lease_ends(journal):
    enqueue(journal, make_mail())
    assert len(claim_due(journal, now=NOW)) == 1
    assert claim_due(journal, now=at(4)) == []
    # Killed between claim and record: the same mail, under the same Message-ID.
    (again,) = claim_due(journal, now=at(5))
    assert (again.message_id, again.attempts) == ("<1@site>", 2)


def test_the_oldest_are_claimed_first(journal):
    for number, minutes in ((1, 5), (2, 1), (3, 3)):
        enqueue(journal, make_mail(f"<{number}@site>", minutes=minutes))
    found = claim_due(journal, now=at(10), limit=2)
    assert [mail.message_id for mail in found] == ["<2@site>", "<3@site>"]


def test_a_mail_that_is_not_due_yet_waits(journal):
    enqueue(journal, make_mail(next_try_at=at(30)))
    assert claim_due(journal, now=at(29)) == []
    assert len(claim_due(journal, now=at(30))) == 1


def test_it_is_sent_when_the_last_recipient_has_it(journal):
    enqueue(journal, make_mail())
    claim_due(journal, now=NOW)
    busy = "qe4@plant: 450 mailbox busy"
    partly = record_attempt(journal, "<1@site>", delivered=["qe7@plant"], error=busy, now=at(1))
    assert (partly.state, partly.delivered_to, partly.remaining) == (
        "pending",
        ("qe7@plant",),
        ("qe4@plant",),
    )
    (again,) = claim_due(journal, now=at(2))
    assert (again.remaining, again.last_error) == (("qe4@plant",), busy)
    done = record_attempt(journal, "<1@site>", delivered=again.remaining, now=at(3))
    assert (done.state, done.delivered_at, done.last_error) == ("sent", at(3), None)
    assert claim_due(journal, now=at(100_000)) == []
    assert outbox_counts(journal)["sent"] == 1


def test_a_recipient_that_is_refused_for_good_is_named_while_the_others_are_tried_again(journal):
    enqueue(journal, make_mail())
    claim_due(journal, now=NOW)
    row = record_attempt(
        journal, "<1@site>", refused={"qe4@plant": "550 gone"}, error="450 and 550", now=NOW
    )
    assert (row.state, row.remaining) == ("pending", ("qe7@plant",))
    claim_due(journal, now=at(1))
    done = record_attempt(journal, "<1@site>", delivered=["qe7@plant"], now=at(1))
    # Not everybody has it, and nobody is left to try: that must not look like "sent".
    assert (done.state, done.delivered_to, done.refused) == (
        "dead",
        ("qe7@plant",),
        {"qe4@plant": "550 gone"},
    )


def test_failures_wait_longer_each_time(journal):
    enqueue(journal, make_mail())
    waits = []
    now = NOW
    for _ in range(3):
        claim_due(journal, now=now)
        row = record_attempt(journal, "<1@site>", error="421", now=now)
        waits.append(row.next_try_at - now)
        now = row.next_try_at
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert back_off(0) == timedelta(minutes=1)


def test_after_the_last_attempt_a_mail_is_dead_and_visible(journal):
    enqueue(journal, make_mail())
    claim_due(journal, now=NOW)
    first = record_attempt(journal, "<1@site>", error="421", now=NOW, max_attempts=2)
    assert first.state == "pending"
    claim_due(journal, now=at(5))
    second = record_attempt(journal, "<1@site>", error="421", now=NOW, max_attempts=2)
    assert second.state == "dead"
    assert claim_due(journal, now=at(9999)) == []
    assert [row.last_error for row in outbox(journal, state="dead")] == ["421"]


def test_a_permanent_refusal_is_dead_at_once_and_can_be_revived(journal):
    enqueue(journal, make_mail())
    claim_due(journal, now=NOW)
    record_attempt(journal, "<1@site>", error="550 no such user", now=NOW, permanent=True)
    revive(journal, "<1@site>", who="QE-4", now=at(60), reason="address mended")
    (again,) = claim_due(journal, now=at(60))
    assert again.attempts == 1
    trail = audit_trail(journal, subject="<1@site>")
    assert [(row.who, row.before["last_error"]) for row in trail] == [("QE-4", "550 no such user")]


def test_only_a_dead_mail_is_revived(journal):
    enqueue(journal, make_mail())
    with pytest.raises(TransitionError, match="is pending, not dead"):
        revive(journal, "<1@site>", who="QE-4", now=NOW, reason="x")


def test_an_unknown_mail_is_an_error(journal):
    with pytest.raises(UnknownRowError, match="there is no mail <9@site>"):
        record_attempt(journal, "<9@site>", delivered=["qe4@plant"], now=NOW)
