"""The settings pages behind the guard: what a role may write by any callback, in its own name."""

import pytest

from dashboard.actions import DashboardActions
from dashboard.app import build_app
from dashboard.settings_desk import JournalDesk
from dashboard.settings_words import plain
from warehouse.journal.audit import audit_trail
from warehouse.journal.characteristics import (
    CharacteristicRow,
    add_missing_characteristics,
    characteristics,
)
from warehouse.journal.recipients import recipients
from warehouse.journal.store import create_journal, open_journal
from warehouse.records import Stream


class SpyModels:
    """Notes what is decided about models, and by whom."""

    def __init__(self):
        self.asked = []

    def activate(self, model_id, *, who, reason):
        self.asked.append(("activate", model_id, who))
        return "done"

    def turn_down(self, model_id, *, who, reason):
        self.asked.append(("turn down", model_id, who))
        return "done"


@pytest.fixture
def decisions(tmp_path, door):
    """A journal of its own with one characteristic."""
    create_journal(tmp_path / "decisions.sqlite")
    stream = Stream("A", "wash", "tool-1", "HS-40")
    row = CharacteristicRow(
        f"{stream.key}:stain_count", stream, "stain_count", None, "beyond-limits", None, 12.0,
        "stains", enabled=True,
    )  # fmt: skip
    with open_journal(tmp_path / "decisions.sqlite") as journal:
        add_missing_characteristics(journal, [row], who="blemish", now=door.now)
        yield journal


@pytest.fixture
def typed(forms, decisions):
    """A valid form of each settings page, filled by Mallory."""
    (row,) = characteristics(decisions)
    return forms | {
        "settings-seen.data": plain(row),
        "settings-phase.data": None,
        "settings-lower.value": "",
        "settings-upper.value": "10",
        "settings-chart.value": "auto",
        "settings-rules.value": "beyond-limits",
        "settings-enabled.checked": True,
        "settings-others.checked": False,
        "settings-who.value": "Mallory",
        "stream-seen.data": [plain(row)],
        "stream-who.value": "Mallory",
        "recipient-seen.data": None,
        "recipient-address.value": "mallory@plant.example",
        "recipient-name.value": "",
        "recipient-alerts.checked": True,
        "recipient-digest.checked": False,
        "recipient-failures.checked": False,
        "recipient-scope.value": "///",
        "recipient-active.checked": True,
        "recipient-who.value": "Mallory",
        "model-id.data": "c0ffee00",
        "model-who.value": "Mallory",
    }


@pytest.mark.parametrize(
    ("name", "changes", "mails"), [("vi", False, False), ("eng", True, False), ("boss", True, True)]
)
def test_no_callback_writes_more_than_the_role_allows(
    spy, clock, door, posts_of, decisions, typed, name, changes, mails
):
    models = SpyModels()
    app = build_app(
        spy, clock=clock, site_name="Plant 7", actions=DashboardActions(models=models),
        desk=JournalDesk(decisions), guard=door.guard(),
    )  # fmt: skip
    browser = door.page(app, name)
    before = len(audit_trail(decisions))
    words = ("settings-", "stream-", "recipient-", "model-")
    posts = [
        body
        for body in posts_of(app, typed)
        if any(one.startswith(words) for one in body["changedPropIds"])
    ]
    answers = [browser.post(door.callbacks, json=body, headers=door.own) for body in posts]
    assert {answer.status_code for answer in answers} <= {200, 204}
    (row,) = characteristics(decisions)
    assert (row.spec_upper == 10.0) is changes
    assert [one.address for one in recipients(decisions)] == ["mallory@plant.example"] * mails
    done = [("activate", "c0ffee00", name), ("turn down", "c0ffee00", name)]
    assert models.asked == (done if changes else [])
    written = audit_trail(decisions)[: len(audit_trail(decisions)) - before]
    assert {entry.who for entry in written} <= {name}
    assert bool(written) is changes
    refused = sum("Your role is viewer" in answer.text for answer in answers)
    assert refused == (0 if changes else 5)
    assert sum("changed by admins" in answer.text for answer in answers) == (not mails)
