"""Deciding about a model on the page is the same act as `blemish reprocess`."""

import hashlib
from datetime import UTC, datetime

import pytest

from dashboard.errors import DecisionError
from jobs.upkeep.page_decisions import SiteModelDecisions
from warehouse.archive import Archive
from warehouse.errors import ArchiveError, RunLockedError, TransitionError
from warehouse.journal.model_decisions import store_trial
from warehouse.journal.model_trials import ModelTrial, active_model
from warehouse.journal.store import open_journal
from warehouse.lock import run_lock

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
SIGNED = {"who": "QE Four", "reason": "finds thin scratches"}


@pytest.fixture
def model_id(site, tiny_model):
    """A model in the archive that was measured in shadow."""
    name = hashlib.sha256(tiny_model.read_bytes()).hexdigest()
    Archive(site.archive).store_model(name, tiny_model)
    with open_journal(site.journal) as journal:
        trial = ModelTrial(name, "tiny", "shadow", NOW, {"parts": 3})
        store_trial(journal, trial, [], who="blemish", reason="3 parts")
    return name


@pytest.fixture
def decisions(site, settings):
    return SiteModelDecisions(site, settings, lambda: NOW)


def test_an_approved_model_is_the_one_of_the_next_run(site, decisions, model_id):
    said = decisions.activate(model_id, **SIGNED)
    assert said == f"the next run uses model {model_id[:12]}; 0 limits are in force"
    with open_journal(site.journal) as journal:
        trial = active_model(journal)
    assert (trial.model_id, trial.decided_by, trial.reason) == (model_id, *SIGNED.values())
    with pytest.raises(TransitionError, match="is active"):
        decisions.turn_down(model_id, **SIGNED)


def test_what_a_job_refuses_is_one_sentence_for_the_page(site, decisions, model_id):
    with pytest.raises(DecisionError, match="names no model that was measured in shadow"):
        decisions.activate("f" * 64, **SIGNED)
    with pytest.raises(DecisionError, match="a person approves"):
        decisions.turn_down(model_id, who=" ", reason="r")
    with run_lock(site.lock_file, "run"), pytest.raises(RunLockedError):
        decisions.activate(model_id, **SIGNED)
    (site.archive / "models" / f"{model_id}.onnx").write_bytes(b"half")
    with pytest.raises(ArchiveError, match="its bytes do not fit its name"):
        decisions.activate(model_id, **SIGNED)
    assert "is turned down" in decisions.turn_down(model_id, **SIGNED)
