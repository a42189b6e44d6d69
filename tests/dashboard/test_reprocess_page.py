"""The models page: the paired report of a model in shadow, its limits, and the decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.address import ReprocessView
from dashboard.errors import DecisionError
from dashboard.guard_identity import Identity
from dashboard.model_decisions import SignedModelDecisions
from dashboard.pages import reprocess
from dashboard.pages.reprocess_callbacks import settle_model
from dashboard.settings_desk import JournalDesk, SignedSettingsDesk
from jobs.upkeep.reprocess_bias import MetricBias, StreamBias, VerdictChanges
from jobs.upkeep.reprocess_limits import ShadowLimits
from jobs.upkeep.reprocess_measuring import Left
from jobs.upkeep.reprocess_report import ShadowReport
from spc.phase import freeze_phase
from warehouse.errors import RoleError, RunLockedError
from warehouse.journal.model_decisions import activate_model, store_trial
from warehouse.journal.model_trials import ModelTrial
from warehouse.journal.store import create_journal, open_journal
from warehouse.records import Stream

MODEL = "c0ffee" * 10 + "beef"
WASH = Stream("A", "wash", "tool-1", "HS-40")


@pytest.fixture
def trial(clock, make_series, make_phase):
    """A model that finds 1.5 stains more; of one characteristic it gives no limits."""
    series = make_series([3.0, 4.0, 5.0, 6.0, 4.0] * 30)
    before = make_phase(series, 0, 119)
    phase = freeze_phase(series.values + 2.0, alpha=0.001)
    limits = ShadowLimits(
        "A/wash/tool-1/HS-40:stain_count", before, phase, clock.now(), clock.now()
    )
    none = replace(
        limits, characteristic_id="A/wash/tool-1/HS-40:longest_scratch_px", phase=None,
        refusal="no variation",
    )  # fmt: skip
    bias = StreamBias(
        WASH, ("old",), 120,
        (
            MetricBias("stain_count", 120, 4.4, 5.9, 1.5, 1.2, 1.8, 0.97),
            MetricBias("longest_scratch_px", 120, 40.0, 39.9, -0.1, -0.4, 0.2, None),
        ),
        VerdictChanges(120, 5, 1),
    )  # fmt: skip
    report = ShadowReport(MODEL, "better", 120, (bias,), (limits, none), (Left("p9", "lost"),))
    measured = clock.now() - timedelta(hours=3)
    return ModelTrial(MODEL, "better", "shadow", measured, report.to_dict())


@pytest.fixture
def journal(tmp_path, trial):
    create_journal(tmp_path / "journal.sqlite")
    with open_journal(tmp_path / "journal.sqlite") as journal:
        store_trial(journal, trial, [], who="blemish", reason="120 parts measured in shadow")
        yield journal


@pytest.fixture
def as_role(context, journal):
    def make(role):
        identity = Identity("QE Four", role, "session")
        desk = SignedSettingsDesk(JournalDesk(journal), identity, may_decide=True)
        return replace(
            context, desk=desk, who="QE Four", may_decide=role != "viewer", may_decide_models=True
        )

    return make


class Decisions:
    """Notes what is decided; `refusal` is raised instead."""

    def __init__(self, refusal=None):
        self.asked, self.refusal = [], refusal

    def activate(self, model_id, *, who, reason):
        if self.refusal:
            raise self.refusal
        self.asked.append(("activate", model_id, who, reason))
        return "the next run uses it"

    def turn_down(self, model_id, *, who, reason):
        self.asked.append(("turn down", model_id, who, reason))
        return "turned down"


def settle(context, decisions, *, approves=True, who="", reason="finds thin ones"):
    return settle_model(context, decisions, MODEL, approves=approves, who=who, reason=reason)


def test_the_report_is_shown_as_it_was_measured(as_role, words_of, trial):
    said = words_of(reprocess.content(ReprocessView(), as_role("engineer")))
    for words in (
        "Waits for a decision", "better, c0ffee", "Stain count", "A / wash / tool-1 / HS-40",
        "4.4 5.9 +1.5 +1.2 to +1.8 0.97", "−0.1 −0.4 to +0.2 –",
        "5 % of 120 change: 5 to fail, 1 to pass", "no limits: no variation", "p9 lost",
        "from 150 parts",
    ):  # fmt: skip
        assert words in said
    proposed = trial.report["limits"][0]["proposed"]
    assert f"{proposed['ucl']:.3g}" in said


def test_a_difference_that_chance_explains_is_not_set_in_bold(as_role):
    def bold(part):
        kind = type(part).__name__
        children = getattr(part, "children", None)
        inner = children if isinstance(children, list | tuple) else [children]
        own = [str(children)] if kind == "Strong" else []
        return own + [text for one in inner if one is not None for text in bold(one)]

    page = reprocess.content(ReprocessView(), as_role("engineer"))
    found = [text for part in page for text in bold(part)]
    assert "+1.5" in found
    assert "−0.1" not in found


def test_only_who_may_decide_gets_the_form_and_only_while_it_waits(
    as_role, journal, words_of, clock
):
    assert "Approve" in words_of(reprocess.content(ReprocessView(), as_role("engineer")))
    viewer = words_of(reprocess.content(ReprocessView(), as_role("viewer")))
    assert "Approve" not in viewer
    assert "an engineer decides" in viewer
    activate_model(
        journal, MODEL, settings_model_id=None, valid_from={}, who="QE Four", now=clock.now(),
        reason="finds thin ones",
    )  # fmt: skip
    after = words_of(reprocess.content(ReprocessView(), as_role("engineer")))
    assert "Approve" not in after
    assert "In use" in after
    assert "finds thin ones" in after


def test_without_a_model_the_page_says_how_one_is_compared(context, words_of, tmp_path):
    assert "blemish reprocess --site SITE --model FILE" in words_of(
        reprocess.content(ReprocessView(), context)
    )


def test_a_decision_is_made_with_name_and_reason(as_role):
    decisions = Decisions()
    assert settle(as_role("engineer"), decisions) == ("The next run uses it.", True)
    assert settle(as_role("engineer"), decisions, approves=False)[1]
    assert decisions.asked == [
        ("activate", MODEL, "QE Four", "finds thin ones"),
        ("turn down", MODEL, "QE Four", "finds thin ones"),
    ]
    said, done = settle(as_role("engineer"), decisions, reason=" ")
    assert ("Please say why" in said, done) == (True, False)
    said, done = settle(replace(as_role("engineer"), who=""), decisions)
    assert ("your name" in said, done) == (True, False)
    assert settle(as_role("viewer"), decisions)[1] is False
    assert len(decisions.asked) == 2


@pytest.mark.parametrize(
    "refusal", [DecisionError("the model is lost"), RunLockedError("a run is in progress")]
)
def test_what_cannot_be_done_is_said(as_role, refusal):
    said, done = settle(as_role("engineer"), Decisions(refusal))
    assert (said, done) == (str(refusal), False)


def test_the_act_itself_refuses_viewers_and_takes_the_name_of_the_session():
    decisions = Decisions()
    viewer = SignedModelDecisions(decisions, lambda: Identity("Visitor", "viewer", "session"))
    for act in (viewer.activate, viewer.turn_down):
        with pytest.raises(RoleError):
            act(MODEL, who="Mallory", reason="r")
    engineer = SignedModelDecisions(decisions, lambda: Identity("QE Four", "engineer", "session"))
    engineer.activate(MODEL, who="Mallory", reason="r")
    assert decisions.asked == [("activate", MODEL, "QE Four", "r")]
