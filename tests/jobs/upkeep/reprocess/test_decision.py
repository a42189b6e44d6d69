"""Which model is in use: the newest decision of a person, or the file of the settings."""

from datetime import timedelta

import onnx
import pytest
from onnx import helper

from inference.model_contract import METADATA_KEY
from jobs.errors import InputError
from jobs.ingest import ingest
from jobs.upkeep.doctor_site import site_findings
from jobs.upkeep.reprocess_decision import activate, turn_down
from warehouse.archive import Archive
from warehouse.errors import TransitionError
from warehouse.journal.model_trials import active_model, model_trials
from warehouse.journal.store import open_journal

pytestmark = pytest.mark.usefixtures("in_process")


def test_an_activated_model_measures_the_next_run_under_its_own_limits(
    plant, site, settings, blind
):
    shadow = plant.reprocess(blind)
    old, new = plant.limits()
    model_id, in_force = activate(
        site, settings, shadow.model_id[:12], who="QE-4", reason="fewer crumbs", clock=plant.clock
    )
    assert model_id == shadow.model_id
    assert new.phase_id in {row.phase_id for row in in_force}
    last = plant.BEGIN + timedelta(hours=4 * (plant.PARTS - 1))
    retired, active = plant.limits()
    assert (retired.status, active.status) == ("retired", "active")
    assert retired.valid_to == active.valid_from == last + timedelta(microseconds=1)
    assert retired.valid_from == old.valid_from
    # Until the new model has measured a part, the tile keeps the limits it has.
    report = plant.run()
    assert not report.monitor.new_signals
    state = "SELECT phase_id FROM characteristic_state WHERE characteristic_id LIKE '%:stain_count'"
    assert plant.rows(state) == [(retired.phase_id,)]
    # Captured before the activation, measured after it: not lost between the two limits.
    plant.put(range(plant.PARTS, plant.PARTS + 4))
    report = plant.run()
    assert report.ingest.model_id == model_id
    assert report.ingest.warnings == ()
    assert plant.rows(state) == [(active.phase_id,)]
    names = "SELECT what FROM audit WHERE subject = ? ORDER BY audit_id"
    with open_journal(site.journal) as journal, journal.reading() as connection:
        told = connection.exec_driver_sql(names, (model_id,)).scalars().all()
    assert told == ["model measured in shadow", "model activated"]
    seen = {
        one.name: one.seen for one in site_findings(site, settings, now=plant.NOW, environment={})
    }
    assert "since QE-4 activated it" in seen["model"]


def test_a_wild_part_after_the_activation_alarms_by_the_limits_of_the_new_model(plant, blind):
    shadow = plant.reprocess(blind)
    plant.activate(shadow)
    plant.put_wild()
    report = plant.run()
    active = plant.limits()[-1]
    assert active.phase_id in {signal.phase_id for signal in report.monitor.new_signals}


def test_a_model_that_is_turned_down_leaves_nothing_in_force(plant, site, settings, blind):
    shadow = plant.reprocess(blind)
    turn_down(site, shadow.model_id, who="QE-4", reason="misses crumbs", clock=plant.clock)
    assert [row.status for row in plant.limits()] == ["active", "retired"]
    with open_journal(site.journal) as journal:
        (trial,) = model_trials(journal)
        assert (trial.status, trial.decided_by) == ("turned down", "QE-4")
        assert active_model(journal) is None
    with pytest.raises(TransitionError, match="turned down"):
        activate(site, settings, shadow.model_id, who="QE-4", reason="no", clock=plant.clock)
    plant.put([plant.PARTS])
    report = plant.run()
    assert report.ingest.model_id == plant.limits()[0].model_id


def test_a_decision_needs_a_name_a_reason_and_one_model(plant, site, settings, blind):
    shadow = plant.reprocess(blind)
    for who, reason, given in (
        ("", "why", shadow.model_id),
        ("QE-4", " ", shadow.model_id),
        ("QE-4", "why", "0123"),
        ("QE-4", "why", "f" * 64),
    ):
        with pytest.raises(InputError):
            activate(site, settings, given, who=who, reason=reason, clock=plant.clock)
    with open_journal(site.journal) as journal:
        assert active_model(journal) is None


def test_without_a_journal_the_model_of_the_last_run_goes_on(plant, site, blind):
    before = plant.limits()[0].model_id
    site.journal.unlink()
    plant.put([plant.PARTS])
    report = ingest(site, plant.settings_with(blind), clock=plant.clock)
    assert report.model_id == before
    assert "the model of the last run is used" in report.warnings[0]


def test_d01_a_changed_file_in_the_settings_is_used_and_said_until_it_is_approved(
    plant, site, settings, blind
):
    changed = plant.settings_with(blind)
    plant.put([plant.PARTS])
    report = plant.run(changed)
    (warning,) = report.ingest.warnings
    assert "blemish reprocess --model" in warning
    assert report.ingest.model_id == Archive(site.archive).model_path(report.ingest.model_id).stem
    assert plant.limits()[0].model_id != report.ingest.model_id
    shadow = plant.reprocess(blind, settings=changed)
    assert shadow.model_id == report.ingest.model_id
    # The part that the new model measured already is none of the baseline.
    assert shadow.parts == plant.PARTS
    activate(site, changed, shadow.model_id, who="QE-4", reason="compared", clock=plant.clock)
    plant.put([plant.PARTS + 1])
    after = plant.run(changed)
    assert after.ingest.warnings == ()
    # It judges from the first part that the new model measured.
    last = plant.BEGIN + timedelta(hours=4 * (plant.PARTS - 1), microseconds=1)
    assert plant.limits()[-1].valid_from == last


def test_a_file_named_in_the_settings_after_an_activation_is_the_newer_decision(
    plant, blind, tmp_path
):
    shadow = plant.reprocess(blind)
    plant.activate(shadow)
    third = onnx.load(blind)
    contract = third.metadata_props[0].value.replace('"blind"', '"third"')
    del third.metadata_props[:]
    helper.set_model_props(third, {METADATA_KEY: contract})
    onnx.save(third, tmp_path / "third.onnx")
    plant.put([plant.PARTS])
    changed = plant.settings_with(tmp_path / "third.onnx")
    report = plant.run(changed)
    assert report.ingest.model_id != shadow.model_id
    assert report.ingest.warnings
