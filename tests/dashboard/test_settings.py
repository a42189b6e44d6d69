"""The settings pages: what they show, what a change would mean, who may make it, and what is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.address import MachineView, RecipientsView, SettingsStreamsView, SettingsView
from dashboard.guard_identity import Identity
from dashboard.page_settings import PageSettings
from dashboard.pages import settings, settings_machine, settings_recipients, settings_streams
from dashboard.pages.recipient_callbacks import previewed as previewed_recipient
from dashboard.pages.recipient_callbacks import store_recipient
from dashboard.pages.settings_callbacks import previewed, store_characteristic, switch_stream
from dashboard.recipient_words import plain_recipient
from dashboard.settings_desk import JournalDesk, SignedSettingsDesk
from dashboard.settings_machine import MachineSetting
from dashboard.settings_words import plain
from warehouse.errors import RoleError
from warehouse.journal.audit import audit_trail, first_broken
from warehouse.journal.characteristics import (
    CharacteristicChange,
    CharacteristicRow,
    add_missing_characteristics,
    characteristic_id,
    characteristics,
)
from warehouse.journal.recipients import Recipient, recipients
from warehouse.journal.specification_changes import specification_changes
from warehouse.journal.store import create_journal, open_journal
from warehouse.records import Stream
from warehouse.series import StreamSummary

WASH = Stream("A", "wash", "tool-1", "HS-40")
COAT = Stream("A", "coat", "tool-2", "HS-40")
SEED = (Recipient("lead@plant.example", digest=True, failures=True),)
UNCHANGED = {"lower": "", "upper": "12", "chart": "auto", "rules": "beyond-limits", "enabled": True}
PERSON = {
    "address": "qe@plant.example", "name": "QE", "alerts": True, "digest": False,
    "failures": False, "scope": "A/wash//", "active": True,
}  # fmt: skip


def row_of(stream, metric, **fields):
    name = characteristic_id(stream, metric)
    row = CharacteristicRow(name, stream, metric, None, "beyond-limits", None, None, "", True)
    return replace(row, **fields)


@pytest.fixture
def journal(tmp_path, clock):
    create_journal(tmp_path / "journal.sqlite")
    with open_journal(tmp_path / "journal.sqlite") as journal:
        rows = [
            row_of(stream, metric, spec_upper=12.0 if metric == "stain_count" else None)
            for stream in (WASH, COAT)
            for metric in ("stain_count", "total_stain_pct", "brightness", "stain_location")
        ]
        add_missing_characteristics(journal, rows, who="blemish", now=clock.now())
        yield journal


@pytest.fixture
def as_role(context, journal, reader, clock):
    """The context of somebody with a role."""
    reader.stream_rows = [StreamSummary(WASH, 480, clock.now(), clock.now() - timedelta(hours=2))]

    def make(role, name="QE Four"):
        desk = SignedSettingsDesk(
            JournalDesk(journal), Identity(name, role, "session"), may_decide=True
        )
        return replace(
            context,
            desk=desk,
            who=name,
            may_decide=role != "viewer",
            settings=PageSettings(seed_recipients=SEED),
        )

    return make


def stain_count(journal, stream=WASH):
    name = characteristic_id(stream, "stain_count")
    return next(row for row in characteristics(journal) if row.characteristic_id == name)


def save(context, journal, *, others=False, reason="drawing C", seen=None, **fields):
    seen = seen or stain_count(journal)
    form = UNCHANGED | fields
    return store_characteristic(
        context, plain(seen), form, others=others, who="Mallory", reason=reason
    )


def test_a_changed_limit_is_stored_with_name_and_reason(as_role, journal):
    said, stored = save(as_role("engineer"), journal, upper="10,5", lower="0")
    assert (said, stored) == ("1 characteristic changed; the next run goes by it.", True)
    assert (stain_count(journal).spec_lower, stain_count(journal).spec_upper) == (0.0, 10.5)
    entry = audit_trail(journal)[0]
    assert (entry.who, entry.reason) == ("QE Four", "drawing C")
    assert (entry.before["spec_upper"], entry.after["spec_upper"]) == (12.0, 10.5)
    assert first_broken(journal) is None
    (changes,) = specification_changes(journal).values()
    assert [(one.before, one.limits) for one in changes] == [((None, 12.0), (0.0, 10.5))]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"upper": "a dozen"}, "The upper limit 'a dozen' is no number."),
        ({"upper": "inf"}, "not a finite number"),
        ({"lower": "13"}, "The lower limit 13 of stain_count is above its upper limit 12."),
        ({"lower": "-1"}, "outside its range, 0 and more"),
        ({"chart": "two-part"}, "may not have the chart 'two-part'"),
        ({"rules": "nelson"}, "not judged by the rules 'nelson'"),
        ({"reason": "  "}, "Please say why"),
        ({}, "Nothing is changed yet."),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence_and_not_stored(as_role, journal, fields, words):
    before = audit_trail(journal)
    said, stored = save(as_role("engineer"), journal, **fields)
    assert words in said
    assert not stored
    assert audit_trail(journal) == before


def test_the_preview_shows_before_and_after_and_what_follows(journal, words_of):
    seen = plain(stain_count(journal))
    said = words_of(previewed(seen, UNCHANGED | {"upper": "10"}, None))
    assert "Specification at most 12 at most 10" in said
    assert "Parts captured from now on pass or fail by it" in said
    assert "Verdicts and alerts of parts captured before stay" in said
    said = words_of(previewed(seen, UNCHANGED | {"chart": "imr", "enabled": False}, 3))
    assert "Limits #3 stay in force with the chart they were learnt for" in said
    assert "Monitored on off" in said
    assert "Nothing is changed yet" in words_of(previewed(seen, UNCHANGED, 3))
    assert "is no number" in words_of(previewed(seen, UNCHANGED | {"lower": "x"}, 3))
    assert "open it again" in words_of(previewed({"metric": "stain_count"}, UNCHANGED, 3))


def test_the_later_of_two_people_is_told_what_the_other_did(as_role, journal):
    seen = stain_count(journal)
    save(as_role("engineer", "QE-4"), journal, upper="10")
    said, stored = save(as_role("engineer", "QE-7"), journal, upper="8", seen=seen)
    assert not stored
    assert said == (
        "A/wash/tool-1/HS-40:stain_count was changed by QE-4 after you opened it: spec_upper is "
        "10.0 now, not 12.0; nothing was written, look at it again"
    )
    assert stain_count(journal).spec_upper == 10.0


def test_one_specification_for_the_metric_of_every_stream(as_role, journal):
    said, stored = save(as_role("engineer"), journal, upper="9", others=True)
    assert (said, stored) == ("2 characteristics changed; the next run goes by it.", True)
    assert [stain_count(journal, one).spec_upper for one in (WASH, COAT)] == [9.0, 9.0]


def test_a_stream_is_switched_off_and_on_as_a_whole(as_role, journal):
    context = as_role("engineer")
    for on in (False, True):
        seen = [plain(row) for row in characteristics(journal) if row.stream == COAT]
        said, stored = switch_stream(context, seen, on=on, who="", reason="line 2 is rebuilt")
        assert (said, stored) == ("4 characteristics changed; the next run goes by it.", True)
        assert {row.enabled for row in characteristics(journal) if row.stream == COAT} == {on}
    assert {row.enabled for row in characteristics(journal)} == {True}
    assert switch_stream(context, "x", on=True, who="", reason="y")[1] is False


@pytest.mark.parametrize(
    ("role", "characteristic", "recipient"),
    [("viewer", False, False), ("engineer", True, False), ("admin", True, True)],
)
def test_each_role_writes_what_it_may_whatever_the_page_asks(
    as_role, journal, clock, role, characteristic, recipient
):
    context = as_role(role)
    said, stored = save(context, journal, upper="10")
    assert stored is characteristic
    assert characteristic or "Your role is viewer" in said
    said, stored = store_recipient(context, None, PERSON, who="", reason="new")
    assert stored is recipient
    assert recipient or "changed by admins" in said
    # The desk itself refuses, too: a callback that forgot to ask writes nothing.
    signed = {"who": "Mallory", "now": clock.now(), "reason": "r"}
    seen = stain_count(journal)
    wanted = replace(seen, spec_upper=7.0)
    for allowed, act in (
        (
            characteristic,
            lambda: context.desk.change_characteristics(
                [CharacteristicChange(seen, wanted)], **signed
            ),
        ),
        (
            recipient,
            lambda: context.desk.save_recipient(
                Recipient("b@plant.example"), seen=None, seed=(), **signed
            ),
        ),
    ):
        if allowed:
            act()
        else:
            with pytest.raises(RoleError):
                act()
    assert (stain_count(journal).spec_upper == 7.0) is characteristic
    assert bool(recipients(journal)) is recipient
    names = {row.who for row in audit_trail(journal)} - {"blemish"}
    assert names <= {"QE Four"}


def test_who_may_not_change_sees_everything_and_no_form(as_role, journal, words_of):
    name = characteristic_id(WASH, "stain_count")
    pages = [
        (settings, SettingsView(edit=name), "at most 12"),
        (settings_streams, SettingsStreamsView(edit=WASH.key), "480"),
        (settings_recipients, RecipientsView(edit=1), "lead@plant.example"),
    ]
    for page, view, shown in pages:
        viewer = words_of(page.content(view, as_role("viewer")))
        admin = words_of(page.content(view, as_role("admin")))
        assert shown in viewer
        assert "Your role shows" in viewer
        assert "Reason" in admin
        for words in ("Change", "Switch", "Add a recipient", "Reason"):
            assert words not in viewer
    engineer = words_of(settings_recipients.content(RecipientsView(new=True), as_role("engineer")))
    assert "admins change them" in engineer
    assert "New recipient" not in engineer


def test_characteristics_are_found_by_stream_and_by_name(as_role, words_of):
    context = as_role("engineer")
    all_of_them = words_of(settings.content(SettingsView(), context))
    assert "8 characteristics" in all_of_them
    assert all_of_them.index("Stain count") < all_of_them.index("Camera brightness")
    found = words_of(settings.content(SettingsView(stream=COAT.key, find="stained"), context))
    assert "A / coat / tool-2 / HS-40" in found
    assert "A / wash" not in found
    assert "Stain count" not in found
    nothing = words_of(settings.content(SettingsView(find="rust"), context))
    assert "No characteristic matches" in nothing


def test_a_metric_without_a_specification_has_no_field_for_one(as_role, words_of):
    name = characteristic_id(WASH, "stain_location")
    said = words_of(settings.content(SettingsView(edit=name), as_role("engineer")))
    assert "Lower limit" not in said
    assert "Reason" in said


def test_the_first_change_takes_the_addresses_of_the_file_over(as_role, journal, words_of):
    context = as_role("admin")
    before = words_of(settings_recipients.content(RecipientsView(), context))
    assert "These addresses come from [alerts] in blemish.toml" in before
    said, stored = store_recipient(context, None, PERSON, who="", reason="new shift lead")
    assert (said.partition(":")[0], stored) == ("qe@plant.example", True)
    assert [row.address for row in recipients(journal)] == [
        "lead@plant.example",
        "qe@plant.example",
    ]
    after = words_of(settings_recipients.content(RecipientsView(), context))
    assert "These addresses come from" not in after
    assert "line A, station wash" in after


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"address": "a@b\r\nBcc: c@d"}, "is no mail address"),
        ({"name": "Lead\r\nBcc: c@d"}, "one line"),
        ({"alerts": False}, "would get nothing"),
        ({"scope": "A"}, "Choose of which part of the plant"),
        ({"address": "lead@plant.example", "scope": "///"}, "is a recipient for the whole plant"),
    ],
)
def test_a_recipient_that_cannot_be_is_said_and_not_stored(as_role, journal, fields, words):
    context = as_role("admin")
    said, stored = store_recipient(context, None, PERSON | fields, who="", reason="new")
    assert words in said
    assert not stored
    assert recipients(journal) == []


def test_a_recipient_is_previewed_and_switched_off_as_it_was_seen(as_role, journal, words_of):
    context = as_role("admin")
    store_recipient(context, None, PERSON, who="", reason="new")
    seen = plain_recipient(recipients(journal)[1])
    off = PERSON | {"active": False}
    assert "Mails on off" in words_of(previewed_recipient(seen, off))
    assert store_recipient(context, seen, off, who="", reason="left")[1]
    said, stored = store_recipient(context, seen, PERSON | {"digest": True}, who="", reason="x")
    assert "active is False now, not True; nothing was written" in said
    assert not stored


def test_the_settings_file_is_shown_and_cannot_be_changed(context, words_of):
    rows = (
        MachineSetting("smtp", "host", "mail", "the mail server", is_default=False),
        MachineSetting("serve", "port", "8050", "0: any free one", is_default=True),
    )
    shown = replace(context, settings=PageSettings(machine=rows))
    said = words_of(settings_machine.content(MachineView(), shown))
    for words in ("1 settings differ", "[smtp]", "host", "mail", "[serve]", "8050", "blemish.toml"):
        assert words in said
    found = words_of(settings_machine.content(MachineView(find="smtp"), shown))
    assert "[serve]" not in found


def test_without_a_journal_the_pages_say_so(context, words_of):
    for page, view in ((settings, SettingsView()), (settings_recipients, RecipientsView())):
        assert "No settings here" in words_of(page.content(view, context))
