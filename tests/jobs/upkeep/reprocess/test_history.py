"""The history, measured again by the model in use: new revisions, and the old numbers stay."""

import shutil
from pathlib import Path

import pytest

from jobs.errors import InputError
from jobs.upkeep.rebuild import rebuild
from warehouse.site import Site

pytestmark = pytest.mark.usefixtures("in_process")


def test_measuring_the_history_goes_on_after_a_kill(plant, site, settings, blind, repository):
    shadow = plant.reprocess(blind)
    plant.activate(shadow)
    whole = Site(Path(shutil.copytree(site.root, site.root.with_name("whole"), symlinks=True)))
    act = "reprocess_history.reprocess_history(site, settings, clock=utc_now)"
    plant.kill_after_a_batch(repository, act)
    assert plant.history().inspections == plant.PARTS - 32
    assert plant.at(whole).history().inspections == plant.PARTS
    assert plant.facts() == plant.at(whole).facts()
    errors = plant.rows("SELECT error FROM ingest_run WHERE trigger = 'reprocess' ORDER BY run_id")
    assert errors == [("interrupted",), (None,)]


def test_e12_history_gets_new_revisions_the_old_numbers_stay_and_nobody_is_mailed(plant, blind):
    plant = plant.mailing_to("a@plant.example")
    plant.put_wild()
    alarm = plant.run()
    assert {signal.phase_id for signal in alarm.monitor.new_signals} >= {plant.limits()[0].phase_id}
    told = plant.mails()
    assert told
    old_rows = plant.rows("SELECT * FROM inspection WHERE revision = 1 ORDER BY pass_id")
    shadow = plant.reprocess(blind)
    plant.activate(shadow)
    done = plant.history()
    assert (done.inspections, done.left, done.model_id) == (plant.PARTS + 1, (), shadow.model_id)
    assert plant.rows("SELECT * FROM inspection WHERE revision = 1 ORDER BY pass_id") == old_rows
    newest = "SELECT model_id, revision, sum(stain_count) FROM latest_inspection GROUP BY ALL"
    # By hand: 60 parts of 1.5 stains on average, and one of 36.
    assert plant.rows(newest) == [(shadow.model_id, 2, 126)]
    by_day = (
        f"SELECT model_id, sum(total) FROM daily_rollup WHERE metric = '{plant.COUNT}' GROUP BY ALL"
    )
    assert plant.rows(by_day) == [(shadow.model_id, 126.0)]
    kept = "SELECT signal_id, withdrawn_at FROM signal WHERE rule <> 'specification' ORDER BY 1"
    signals = plant.rows(kept)
    report = plant.run()
    assert not report.problems
    assert not report.monitor.new_signals
    # A young part of 4 stains that has 3 now is not out of specification any more.
    gone = {(one.rule, one.value) for one in report.monitor.withdrawn}
    assert gone == {("specification", 4.0)}
    reasons = {one.withdrawn_reason for one in report.monitor.withdrawn}
    assert reasons == {"does not hold any more: parts have been measured again"}
    # What the old limits said of the old numbers stands.
    assert plant.rows(kept) == signals
    assert plant.mails() == told
    # Each pass has its revision: nothing is left to do.
    assert plant.history().inspections == 0


def test_a_rebuild_makes_the_same_history_again(plant, site, settings, blind):
    shadow = plant.reprocess(blind)
    plant.activate(shadow)
    plant.history()
    before = plant.facts()
    report = rebuild(site, settings, clock=plant.clock)
    assert not report.lost
    assert plant.facts() == before


def test_history_is_measured_by_approved_models_only(plant, blind):
    changed = plant.settings_with(blind)
    with pytest.raises(InputError, match="approved"):
        plant.history(changed)


def test_a_pass_of_several_views_is_measured_whole_or_not_at_all(plant, site, blind, picture):
    for column in (1, 2):
        two = picture((10, 10, 6), (40, 40, 4), shade=70 + column)
        plant.put_file(f"T1_r1c{column}.png", two)
        plant.put_file(f"T2_r1c{column}.png", picture((10, 10, 6), shade=80 + column))
    plant.run()
    ((lost,),) = plant.rows("SELECT image_id FROM image WHERE part_id = 'T2' AND view_column = 2")
    (site.archive / lost[:2] / lost[2:4] / f"{lost}.png").unlink()
    shadow = plant.reprocess(blind)
    plant.activate(shadow)
    done = plant.history()
    assert (done.inspections, len(done.left)) == (plant.PARTS + 1, 1)
    found = "SELECT part_id, revision, views_present, stain_count FROM latest_inspection"
    # By hand: two stains in each view of T1, the smaller one gone; T2 keeps its numbers.
    assert sorted(plant.rows(f"{found} WHERE part_id LIKE 'T_'")) == [
        ("T1", 2, 2, 2),
        ("T2", 1, 2, 2),
    ]
    images = "SELECT part_id, count(*), max(revision) FROM latest_image WHERE part_id LIKE 'T_'"
    assert sorted(plant.rows(f"{images} GROUP BY 1")) == [("T1", 2, 2), ("T2", 2, 1)]
